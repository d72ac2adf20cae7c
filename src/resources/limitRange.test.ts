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

const wrongItems: Record<string, { item: LimitRangeItem; want: string[] }> = {
  'a type that there is not': {
    item: { type: 'Node' },
    want: ['spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified'],
  },
  'a default for pods': {
    item: { type: 'Pod', default: { cpu: '1' } },
    want: ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
  },
  'a resource that containers do not have': {
    item: { type: 'Pod', max: { pods: '1' } },
    want: ['spec.limits[0].max[pods]: Invalid value: "pods": must be a standard resource for containers'],
  },
  'a least above the most': {
    item: { type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } },
    want: ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
  },
  'a default request outside of the bounds': {
    item: { type: 'Container', min: { cpu: '2' }, defaultRequest: { cpu: '1' } },
    want: [
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
    ],
  },
  'a default request above the default limit': {
    item: { type: 'Container', default: { cpu: '1' }, defaultRequest: { cpu: '2' } },
    want: [
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1',
    ],
  },
  'a ratio below 1': {
    item: { type: 'Container', maxLimitRequestRatio: { cpu: '800m' } },
    want: ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "800m": ratio 800m is less than 1'],
  },
  'a ratio that the bounds do not leave room for': {
    item: { type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } },
    want: [
      'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
    ],
  },
  'a claim without bounds': {
    item: { type: 'PersistentVolumeClaim' },
    want: [
      'spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
    ],
  },
  'huge pages of which less is requested than the limit': {
    item: {
      type: 'Container',
      default: { 'hugepages-2Mi': '4Mi' },
      defaultRequest: { 'hugepages-2Mi': '2Mi' },
    },
    want: [
      'spec.limits[0].defaultRequest[hugepages-2Mi]: Invalid value: "2Mi": default value 4Mi must equal to defaultRequest value 2Mi in hugepages-2Mi',
    ],
  },
};
for (const [name, { item, want }] of Object.entries(wrongItems)) {
  test(`refused: ${name}`, () => {
    expect(problems(limitRanges.validate(withLimits(item)))).toEqual(want);
  });
}
