import { expect, test } from 'vitest';
import type { LimitRange, LimitRangeItem } from '../generated/types.ts';
import { limitRanges } from './limitRange.ts';
import { problems } from './testing/problems.ts';

const withLimits = (...limits: LimitRangeItem[]): LimitRange => ({
  metadata: { name: 'l' },
  spec: { limits },
});

function defaulted(item: LimitRangeItem): LimitRangeItem {
  const object = withLimits(item);
  limitRanges.setDefaults?.(object);
  return object.spec!.limits[0]!;
}

test('a container is limited to the most, and requests what it is limited to', () => {
  expect(defaulted({ type: 'Container', max: { cpu: '2' }, min: { cpu: '1', memory: '1Mi' } })).toMatchObject(
    {
      default: { cpu: '2' },
      defaultRequest: { cpu: '2', memory: '1Mi' },
    },
  );
});

test('what a container is given stays', () => {
  const given = { default: { cpu: '1' }, defaultRequest: { cpu: '100m' } };
  expect(defaulted({ type: 'Container', max: { cpu: '2' }, ...given })).toMatchObject(given);
});

test('a pod has no defaults', () => {
  expect(defaulted({ type: 'Pod', max: { cpu: '2' } })).toEqual({ type: 'Pod', max: { cpu: '2' } });
});

test('a type is limited once', () => {
  const errors = limitRanges.validate(withLimits({ type: 'Pod' }, { type: 'Pod' }));
  expect(problems(errors)).toEqual(['spec.limits[1].type: Duplicate value: "Pod"']);
});
