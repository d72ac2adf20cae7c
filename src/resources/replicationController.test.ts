import { expect, test } from 'vitest';
import type { ReplicationController, ReplicationControllerSpec } from '../generated/types.ts';
import { container } from './pod/testing.ts';
import { replicationControllers } from './replicationController.ts';
import { cellsOf } from './testing/cells.ts';
import { headingsOf } from './testing/headings.ts';
import { problems } from './testing/problems.ts';

const labels = { app: 'web' };
const template = (spec: object = {}) => ({
  metadata: { labels },
  spec: { containers: [container()], ...spec },
});

function replicationController(fields: Partial<ReplicationControllerSpec> = {}): ReplicationController {
  const result = { metadata: { name: 'web' }, spec: { template: template(), ...fields } };
  replicationControllers.setDefaults!(result);
  return result;
}

test('the template’s labels stand in for selector and labels', () => {
  const { spec, metadata } = replicationController();
  expect([spec.selector, metadata.labels, spec.replicas]).toEqual([labels, labels, 1]);
});

const wrong: Record<string, [Partial<ReplicationControllerSpec>, ...want: string[]]> = {
  'no template': [{ template: undefined }, 'spec.selector: Required value', 'spec.template: Required value'],
  'a selector of other pods': [
    { selector: { app: 'other' } },
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  'negative numbers': [
    { replicas: -1, minReadySeconds: -1 },
    'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ],
  'pods that end': [
    { template: template({ restartPolicy: 'Never', activeDeadlineSeconds: 5 }) },
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
  ],
};
test.each(Object.entries(wrong))('a ReplicationController may not have %s', (_, [fields, ...want]) => {
  expect(problems(replicationControllers.validate(replicationController(fields)))).toEqual(want);
});

test('the selector may change', () => {
  const other = { app: 'web', tier: 'front' };
  const changed = replicationController({
    selector: other,
    template: { ...template(), metadata: { labels: other } },
  });
  expect(replicationControllers.validateUpdate(changed, replicationController())).toEqual([]);
});

test('a scale reads and writes the replicas', () => {
  const scaled = replicationController();
  const { scale } = replicationControllers.subresources!;
  scale!.setReplicas(scaled, 5);
  expect([scale!.replicas(scaled), scale!.statusReplicas(scaled), scale!.selector(scaled)]).toEqual([
    5,
    0,
    'app=web',
  ]);
});

test('the columns are those of upstream', () => {
  expect(headingsOf(replicationControllers)).toBe(
    'NAME DESIRED CURRENT READY AGE | CONTAINERS IMAGES SELECTOR',
  );
  expect(cellsOf(replicationControllers, replicationController())).toMatchObject({
    Desired: 1,
    Current: 0,
    Ready: 0,
    Selector: 'app=web',
  });
});
