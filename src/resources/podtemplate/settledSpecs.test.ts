import { expect, test } from 'vitest';
import type { FieldError } from '../../apimachinery/fieldErrors.ts';
import { deepFreeze } from '../../apimachinery/object.ts';
import type { PodTemplateSpec } from '../../generated/types.ts';
import { copyUnsettled, isSettled } from './settledSpecs.ts';
import { withTemplateDefaults } from './templateDefaults.ts';
import { checkPodTemplate } from './templateValidation.ts';

const template = (image: string): PodTemplateSpec =>
  withTemplateDefaults({
    metadata: { labels: { app: 'a' } },
    spec: { containers: [{ name: 'main', image }] },
  });

function checked(given: PodTemplateSpec): PodTemplateSpec {
  const errors: FieldError[] = [];
  checkPodTemplate(errors, 'spec.template', given);
  return given;
}

const cases: Record<string, { make: () => PodTemplateSpec; isSettled: boolean }> = {
  'right and frozen': { make: () => deepFreeze(checked(template('alpine'))), isSettled: true },
  'right, but open to change': { make: () => checked(template('alpine')), isSettled: false },
  'frozen, but wrong': { make: () => deepFreeze(checked(template(''))), isSettled: false },
  'frozen, but never looked at': { make: () => deepFreeze(template('alpine')), isSettled: false },
};

test.for(Object.entries(cases))('a spec that is %s', ([, { make, isSettled: want }]) => {
  const object = { spec: { replicas: 1, template: make() } };
  expect(isSettled(object.spec.template.spec)).toBe(want);
  const copy = copyUnsettled(object);
  expect(copy).toEqual(object);
  expect(copy.spec.template.spec === object.spec.template.spec).toBe(want);
  expect(Object.isFrozen(copy.spec.template.metadata)).toBe(false);
  expect(() => {
    copy.spec.template.metadata.labels!.added = 'b';
  }).not.toThrow();
  expect(object.spec.template.metadata.labels).toEqual({ app: 'a' });
});

test('a settled spec is accepted again without a look, and gets no defaults', () => {
  const settled = deepFreeze(checked(template('alpine')));
  expect(() => checked(withTemplateDefaults({ metadata: {}, spec: settled.spec }))).not.toThrow();
});
