import { expect, test } from 'vitest';
import type { StatefulSet, StatefulSetSpec } from '../../generated/types.ts';
import { container } from '../pod/testing.ts';
import { problems } from '../testing/problems.ts';
import { statefulSets } from './statefulSet.ts';

const labels = { app: 'web' };

function statefulSet(fields: Partial<StatefulSetSpec> = {}): StatefulSet {
  const result: StatefulSet = {
    metadata: { name: 'web' },
    spec: {
      serviceName: 'web',
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container()] } },
      ...fields,
    },
  };
  statefulSets.setDefaults!(result);
  return result;
}

test('the defaults are those of upstream', () => {
  expect(statefulSet().spec).toMatchObject({
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  });
  expect(problems(statefulSets.validate(statefulSet()))).toEqual([]);
});

const wrong: Record<string, [Partial<StatefulSetSpec>, ...want: string[]]> = {
  'an order that there is not': [
    { podManagementPolicy: 'Random' },
    `spec.podManagementPolicy: Invalid value: "Random": must be 'OrderedReady' or 'Parallel'`,
  ],
  'a negative number of pods': [
    { replicas: -1 },
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ],
  'a negative partition': [
    { updateStrategy: { rollingUpdate: { partition: -1 } } },
    'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
  ],
  'a partition of OnDelete': [
    { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
    `spec.updateStrategy.rollingUpdate: Invalid value: {"partition":1}: only allowed for updateStrategy 'RollingUpdate'`,
  ],
  'an update that makes no progress': [
    { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
    'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0',
  ],
  'a selector of all pods': [
    { selector: {} },
    'spec.selector: Invalid value: {}: empty selector is invalid for statefulset',
  ],
};
for (const [name, [fields, ...want]] of Object.entries(wrong)) {
  test(`${name} is refused`, () =>
    expect(problems(statefulSets.validate(statefulSet(fields)))).toEqual(want));
}

test('what its pods are called by stays', () => {
  const next = statefulSet({ serviceName: 'other' });
  expect(problems(statefulSets.validateUpdate!(next, statefulSet()))).toEqual([
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ]);
  expect(statefulSets.validateUpdate!(statefulSet({ replicas: 5 }), statefulSet())).toEqual([]);
});

test('claims that nobody will make are warned of', () => {
  const claims = [{ metadata: { name: 'data' }, spec: {} }];
  expect(statefulSets.warnings!(statefulSet({ volumeClaimTemplates: claims }), undefined)).toEqual([
    'spec.volumeClaimTemplates[0]: there are no volume claims here: each pod gets an emptyDir in place of "data", which ends with the pod',
  ]);
});
