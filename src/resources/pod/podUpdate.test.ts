import { expect, test } from 'vitest';
import { deepFreeze } from '../../apimachinery/object.ts';
import type { PodSpec } from '../../generated/types.ts';
import { problems } from '../testing/problems.ts';
import {
  prepareEphemeralContainersUpdate,
  validateEphemeralContainersUpdate,
} from './ephemeralContainersUpdate.ts';
import { validatePodUpdate } from './podUpdate.ts';
import { container, pod } from './testing.ts';

const ONLY =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n';

const inZone = (zone: string) => ({ key: 'zone', operator: 'In', values: [zone] });
const ofNodes = (...terms: ReturnType<typeof inZone>[][]) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: terms.map((matchExpressions) => ({ matchExpressions })),
    },
  },
});

interface Case {
  stored?: Partial<PodSpec>;
  next: Partial<PodSpec>;
  want?: string[];
}
const cases: Record<string, Case> = {
  'the image may change': {
    next: { containers: [container({ image: 'nginx:1.27', imagePullPolicy: 'Always' })] },
  },
  'the command may not': {
    next: { containers: [container({ command: ['sh'] })] },
    want: [`${ONLY}+ containers[0].command: ["sh"]`],
  },
  'the node may not': { next: { nodeName: 'n' }, want: [`${ONLY}+ nodeName: "n"`] },
  'the restart policy may not': {
    next: { restartPolicy: 'Never' },
    want: [`${ONLY}- restartPolicy: "Always"\n+ restartPolicy: "Never"`],
  },
  'no container may come': {
    next: { containers: [container(), container({ name: 'd' })] },
    want: ['spec.containers: Forbidden: pod updates may not add or remove containers'],
  },
  'a deadline may be set': { next: { activeDeadlineSeconds: 5 } },
  'a deadline may be made shorter': {
    stored: { activeDeadlineSeconds: 9 },
    next: { activeDeadlineSeconds: 5 },
  },
  'a deadline may not be made longer': {
    stored: { activeDeadlineSeconds: 5 },
    next: { activeDeadlineSeconds: 9 },
    want: ['spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to previous value'],
  },
  'a deadline may not be taken back': {
    stored: { activeDeadlineSeconds: 5 },
    next: {},
    want: [
      'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
    ],
  },
  'a toleration may come': { next: { tolerations: [{ key: 'k', operator: 'Exists' }] } },
  'the time of a toleration may change': {
    stored: { tolerations: [{ key: 'k', effect: 'NoExecute', tolerationSeconds: 300 }] },
    next: { tolerations: [{ key: 'k', effect: 'NoExecute', tolerationSeconds: 5 }] },
  },
  'a toleration may not go': {
    stored: { tolerations: [{ key: 'k', operator: 'Exists' }] },
    next: {},
    want: [
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
  },
  'a gate may go': { stored: { schedulingGates: [{ name: 'g' }] }, next: {} },
  'a gate may not come': {
    next: { schedulingGates: [{ name: 'g' }] },
    want: [
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'g'",
    ],
  },
  'a gated pod may be told its nodes': {
    stored: { schedulingGates: [{ name: 'g' }] },
    next: { schedulingGates: [{ name: 'g' }], nodeSelector: { zone: 'a' } },
  },
  'a gated pod may not be sent elsewhere': {
    stored: { schedulingGates: [{ name: 'g' }], nodeSelector: { zone: 'a' } },
    next: { schedulingGates: [{ name: 'g' }], nodeSelector: { zone: 'b', disk: 'ssd' } },
    want: [
      'spec.nodeSelector: Invalid value: {"disk":"ssd","zone":"b"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ],
  },
  'a gated pod may be told more of its nodes': {
    stored: { schedulingGates: [{ name: 'g' }], affinity: ofNodes([inZone('a')]) },
    next: { affinity: ofNodes([inZone('a'), inZone('b')]) },
  },
  'a gated pod without an affinity may get one': {
    stored: { schedulingGates: [{ name: 'g' }] },
    next: { affinity: ofNodes([inZone('a')]) },
  },
  'a gated pod may not be told less of its nodes': {
    stored: { schedulingGates: [{ name: 'g' }], affinity: ofNodes([inZone('a')]) },
    next: { affinity: ofNodes([inZone('b')]) },
    want: [
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: {"MatchExpressions":[{"Key":"zone","Operator":"In","Values":["b"]}],"MatchFields":null}: only additions are allowed (no mutations or deletions)',
    ],
  },
  'a gated pod may not be told of other nodes as well': {
    stored: { schedulingGates: [{ name: 'g' }], affinity: ofNodes([inZone('a')]) },
    next: { affinity: ofNodes([inZone('a')], [inZone('b')]) },
    want: [
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Invalid value: [{"MatchExpressions":[{"Key":"zone","Operator":"In","Values":["a"]}],"MatchFields":null},{"MatchExpressions":[{"Key":"zone","Operator":"In","Values":["b"]}],"MatchFields":null}]: no additions/deletions to non-empty NodeSelectorTerms list are allowed',
    ],
  },
  'a gated pod may not be kept from other pods': {
    stored: { schedulingGates: [{ name: 'g' }] },
    next: { affinity: { podAffinity: {} } },
    want: [`${ONLY}+ affinity: {"podAffinity":{}}`],
  },
  'only a gated pod may be told its nodes': {
    stored: { nodeSelector: {} },
    next: { nodeSelector: { zone: 'a' } },
    want: [`${ONLY}+ nodeSelector.zone: "a"`],
  },
  'an image may not go': {
    next: { containers: [container({ image: '', imagePullPolicy: 'Always' })] },
    want: ['spec.containers[0].image: Required value', 'spec.containers[0].image: Required value'],
  },
  'a deadline is a time to come': {
    next: { activeDeadlineSeconds: -1 },
    want: [
      'spec.activeDeadlineSeconds: Invalid value: -1: must be between 1 and 2147483647, inclusive',
      'spec.activeDeadlineSeconds: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    ],
  },
  'a grace period may only be made a second, where it was none': {
    stored: { terminationGracePeriodSeconds: -1 },
    next: { terminationGracePeriodSeconds: 1 },
  },
  'a grace period may not be made longer': {
    next: { terminationGracePeriodSeconds: 31 },
    want: [`${ONLY}- terminationGracePeriodSeconds: 30\n+ terminationGracePeriodSeconds: 31`],
  },
  'a toleration that comes is told of as often as upstream looks at it': {
    next: { tolerations: [{ key: 'k', operator: 'Like' }] },
    want: Array(2).fill(
      'spec.tolerations[0].operator: Unsupported value: "Like": supported values: "Equal", "Exists"',
    ),
  },
};
test.each(Object.entries(cases))('%s', (_, { stored = {}, next, want = [] }) => {
  const before = pod({ containers: [container({ imagePullPolicy: 'Always' })], ...stored });
  const after = pod({ containers: [container({ imagePullPolicy: 'Always' })], ...next });
  expect(problems(validatePodUpdate(after, deepFreeze(before)))).toEqual(want);
});

test('an ephemeral container gets the defaults of containers, and nothing else is taken', () => {
  const stored = deepFreeze(pod());
  const next = pod({ hostNetwork: true, ephemeralContainers: [] });
  next.spec.ephemeralContainers = [{ name: 'debug', image: 'busybox:1' }];
  prepareEphemeralContainersUpdate(next, stored);
  expect(next.spec).toEqual({
    ...stored.spec,
    ephemeralContainers: [expect.objectContaining({ name: 'debug', imagePullPolicy: 'IfNotPresent' })],
  });
  expect(validateEphemeralContainersUpdate(next, stored)).toEqual([]);
});

test('ephemeral containers may be added, not changed', () => {
  const stored = pod({ ephemeralContainers: [{ name: 'debug', image: 'busybox:1' }] });
  const more = pod({
    ephemeralContainers: [
      { name: 'debug', image: 'busybox:1' },
      { name: 'debug2', image: 'busybox:1', targetContainerName: 'c' },
    ],
  });
  const changed = pod({ ephemeralContainers: [{ name: 'debug', image: 'busybox:2' }] });
  expect(problems(validateEphemeralContainersUpdate(more, stored))).toEqual([]);
  expect(problems(validateEphemeralContainersUpdate(pod(), stored))).toEqual([
    'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n',
  ]);
  expect(problems(validateEphemeralContainersUpdate(changed, stored))).toEqual([
    'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be changed\n- image: "busybox:1"\n+ image: "busybox:2"',
  ]);
});

test('a static pod has no ephemeral containers', () => {
  const metadata = { name: 'p', annotations: { 'kubernetes.io/config.mirror': 'x' } };
  const stored = pod({ nodeName: 'n' }, { metadata });
  const next = pod({ nodeName: 'n', ephemeralContainers: [{ name: '', image: '' }] }, { metadata });
  expect(problems(validateEphemeralContainersUpdate(next, stored))).toEqual([
    '[]: Forbidden: static pods do not support ephemeral containers',
  ]);
});

test('an ephemeral container has no ports and no probes', () => {
  const ephemeralContainers = [
    { name: 'debug', image: 'b', ports: [{ containerPort: 1 }], livenessProbe: { exec: {} } },
  ];
  expect(problems(validateEphemeralContainersUpdate(pod({ ephemeralContainers }), pod()))).toEqual([
    'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
    'spec.ephemeralContainers[0].livenessProbe: Forbidden: cannot be set for an Ephemeral Container',
  ]);
});
