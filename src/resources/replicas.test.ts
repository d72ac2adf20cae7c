import { expect, test } from 'vitest';
import type { Deployment, DeploymentSpec, ReplicaSet } from '../generated/types.ts';
import { deployments } from './deployment.ts';
import { container } from './pod/testing.ts';
import { replicaSets } from './replicaSet.ts';
import { cellsOf } from './testing/cells.ts';
import { headingsOf } from './testing/headings.ts';
import { problems } from './testing/problems.ts';

const labels = { app: 'web' };
const base = {
  selector: { matchLabels: labels },
  template: { metadata: { labels }, spec: { containers: [container()] } },
};

function deployment(fields: Partial<DeploymentSpec> = {}): Deployment {
  const result: Deployment = { metadata: { name: 'web' }, spec: { ...structuredClone(base), ...fields } };
  deployments.setDefaults!(result);
  return result;
}

function replicaSet(): ReplicaSet {
  const result: ReplicaSet = { metadata: { name: 'web' }, spec: structuredClone(base) };
  replicaSets.setDefaults!(result);
  return result;
}

test('the defaults of a Deployment are those of upstream', () => {
  expect(deployment().spec).toMatchObject({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
  });
});

const wrong: Record<string, [Partial<DeploymentSpec>, ...want: string[]]> = {
  'negative replicas': [
    { replicas: -1 },
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ],
  'negative numbers, the strategy before the time': [
    { replicas: -1, minReadySeconds: -1, strategy: { type: 'Recreate', rollingUpdate: {} } },
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
  ],
  'no selector': [
    { selector: undefined },
    'spec.selector: Required value',
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  'a rolling update of the Recreate strategy': [
    { strategy: { type: 'Recreate', rollingUpdate: {} } },
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ],
  'an unknown strategy': [
    { strategy: { type: 'Never', rollingUpdate: { maxSurge: '10%' } } },
    'spec.strategy: Unsupported value: {"Type":"Never","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":"10%"}}: supported values: "Recreate", "RollingUpdate"',
  ],
  'an update that makes no progress': [
    { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 0 } } },
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
  ],
  'a deadline that cannot be kept': [
    { minReadySeconds: 600 },
    'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
  ],
};
test.each(Object.entries(wrong))('a Deployment may not have %s', (_, [fields, ...want]) => {
  expect(problems(deployments.validate(deployment(fields)))).toEqual(want);
});

test('the selector of a Deployment stays', () => {
  const changed = deployment({ selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } });
  expect(problems(deployments.validateUpdate(changed, deployment()))).toEqual([
    'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Exists"}]}: field is immutable',
  ]);
});

test('a status does not count more parts than there are', () => {
  const counted: ReplicaSet = {
    ...replicaSet(),
    status: { replicas: 1, readyReplicas: 2, availableReplicas: 3 },
  };
  expect(problems(replicaSets.validateStatusUpdate!(counted, replicaSet()))).toEqual([
    'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
  ]);
});

test('a scale reads and writes the replicas', () => {
  const scaled = deployment();
  const { scale } = deployments.subresources!;
  scale!.setReplicas(scaled, 5);
  expect([scale!.replicas(scaled), scale!.statusReplicas(scaled), scale!.selector(scaled)]).toEqual([
    5,
    0,
    'app=web',
  ]);
});

test('the columns are those of upstream', () => {
  expect(headingsOf(deployments)).toBe('NAME READY UP-TO-DATE AVAILABLE AGE | CONTAINERS IMAGES SELECTOR');
  expect(headingsOf(replicaSets)).toBe('NAME DESIRED CURRENT READY AGE | CONTAINERS IMAGES SELECTOR');
  const shown: Deployment = {
    ...deployment({ replicas: 3 }),
    status: { readyReplicas: 2, updatedReplicas: 3 },
  };
  expect(cellsOf(deployments, shown)).toMatchObject({ Ready: '2/3', 'Up-to-date': 3, Available: 0 });
});
