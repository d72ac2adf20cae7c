import { expect, test } from 'vitest';
import type { StatefulSet, StatefulSetSpec } from '../../generated/types.ts';
import { container } from '../pod/testing.ts';
import { cellsOf } from '../testing/cells.ts';
import { headingsOf } from '../testing/headings.ts';
import { problems } from '../testing/problems.ts';
import { statefulSets } from './statefulSet.ts';

const labels = { app: 'db' };
const template = (spec: object = {}) => ({
  metadata: { labels },
  spec: { containers: [container()], ...spec },
});
const claim = (storage?: string) => ({
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], ...(storage && { resources: { requests: { storage } } }) },
});

function statefulSet(fields: Partial<StatefulSetSpec> = {}): StatefulSet {
  const result: StatefulSet = {
    metadata: { name: 'db' },
    spec: { serviceName: 'db', selector: { matchLabels: labels }, template: template(), ...fields },
  };
  statefulSets.setDefaults!(result);
  return result;
}

test('the defaults are those of upstream', () => {
  expect(statefulSet().spec).toMatchObject({
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  });
  expect(statefulSet({ updateStrategy: { type: 'RollingUpdate' } }).spec!.updateStrategy).toEqual({
    type: 'RollingUpdate',
  });
});

const wrong: Record<string, [Partial<StatefulSetSpec>, ...want: string[]]> = {
  'an unknown policy': [
    { podManagementPolicy: 'Chaos' },
    "spec.podManagementPolicy: Invalid value: \"Chaos\": must be 'OrderedReady' or 'Parallel'",
  ],
  'an unknown strategy': [
    { updateStrategy: { type: 'Recreate' } },
    'spec.updateStrategy: Invalid value: {"Type":"Recreate","RollingUpdate":null}: must be \'RollingUpdate\' or \'OnDelete\'',
  ],
  'a partition without a rolling update': [
    { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
    'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
  ],
  'a negative partition, and an update that makes no progress': [
    { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: -1, maxUnavailable: '0%' } } },
    'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
    'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "0%": cannot be 0',
  ],
  'negative numbers': [
    { replicas: -1, minReadySeconds: -1, ordinals: { start: -1 } },
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
    'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0',
  ],
  'a selector of all pods': [
    { selector: {} },
    'spec.selector: Invalid value: {}: empty selector is invalid for statefulset',
  ],
  'pods that end': [
    { template: template({ restartPolicy: 'Never', activeDeadlineSeconds: 5 }) },
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported',
  ],
  'a service that cannot be': [
    { serviceName: 'Not_A_Label' },
    expect.stringMatching(/^spec.serviceName: Invalid value: "Not_A_Label": a lowercase RFC 1123 label/),
  ],
  'claims of no size': [
    { volumeClaimTemplates: [claim()] },
    'spec.volumeClaimTemplates[0].spec.resources[storage]: Required value',
  ],
  'an unknown retention': [
    { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Never' } },
    'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Never": supported values: "Retain", "Delete"',
  ],
};
test.each(Object.entries(wrong))('a StatefulSet may not have %s', (_, [fields, ...want]) => {
  expect(problems(statefulSets.validate(statefulSet(fields)))).toEqual(want);
});

test('mounts may name claims, and a warning says that none are made', () => {
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const claimed = statefulSet({
    template: template({ containers: [container({ volumeMounts })] }),
    volumeClaimTemplates: [claim('1Gi')],
  });
  expect(problems(statefulSets.validate(claimed))).toEqual([]);
  expect(statefulSets.warnings!(claimed, undefined)).toEqual([
    'spec.volumeClaimTemplates: sampan makes no PersistentVolumeClaims; each pod gets an emptyDir in place of data, which ends with the pod',
  ]);
});

test('a warning says what parts of bytes and negative limits come to', () => {
  const doubtful = statefulSet({ volumeClaimTemplates: [claim('1500m')], revisionHistoryLimit: -1 });
  expect(problems(statefulSets.validate(doubtful))).toEqual([]);
  const told = (stored?: StatefulSet) => statefulSets.warnings!(doubtful, stored).slice(0, 2);
  const fraction =
    'resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer';
  const unlimited =
    'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';
  expect(told()).toEqual([`spec.volumeClaimTemplates[0].${fraction}`, unlimited]);
  expect(told(doubtful)).toEqual([`spec.volumeClaimTemplates[0].Spec.${fraction}`, unlimited]);
});

test('what names and pods depend on stays', () => {
  const forbidden =
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  const changed = (fields: Partial<StatefulSetSpec>) =>
    problems(statefulSets.validateUpdate(statefulSet(fields), statefulSet()));
  expect(changed({ serviceName: 'other' })).toEqual([forbidden]);
  expect(changed({ podManagementPolicy: 'Parallel' })).toEqual([forbidden]);
  expect(changed({ replicas: 3, minReadySeconds: 5, ordinals: { start: 1 } })).toEqual([]);
});

test('a name is a DNS label, because hostnames are made from it', () => {
  expect(statefulSets.nameProblems!('db.one', false)).toHaveLength(1);
});

test('a status does not count more parts than there are', () => {
  const counted = { ...statefulSet(), status: { replicas: 1, readyReplicas: 2, availableReplicas: 3 } };
  expect(problems(statefulSets.validateStatusUpdate!(counted, statefulSet()))).toEqual([
    'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 3: cannot be greater than status.readyReplicas',
  ]);
});

test('the columns are those of upstream', () => {
  expect(headingsOf(statefulSets)).toBe('NAME READY AGE | CONTAINERS IMAGES');
  const shown = { ...statefulSet({ replicas: 3 }), status: { replicas: 3, readyReplicas: 2 } };
  expect(cellsOf(statefulSets, shown)).toMatchObject({ Ready: '2/3', Images: 'nginx' });
});
