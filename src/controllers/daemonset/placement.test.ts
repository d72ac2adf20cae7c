import { expect, test } from 'vitest';
import type { Toleration } from '../../generated/types.ts';
import { aTemplate } from '../testing/builders.ts';
import { daemonTolerations } from './placement.ts';

const inWords = ({ key, effect, tolerationSeconds }: Toleration) =>
  `${key?.replace('node.kubernetes.io/', '')}:${effect}${tolerationSeconds === undefined ? '' : ` ${tolerationSeconds}s`}`;
const tolerations = (own: Toleration[], spec: object = {}) =>
  daemonTolerations({
    metadata: {},
    spec: { template: aTemplate('ds', 'nginx', { tolerations: own, ...spec }) },
  }).map(inWords);

const AUTOMATIC = [
  'not-ready:NoExecute',
  'unreachable:NoExecute',
  'disk-pressure:NoSchedule',
  'memory-pressure:NoSchedule',
  'pid-pressure:NoSchedule',
  'unschedulable:NoSchedule',
];
const unreachable = {
  key: 'node.kubernetes.io/unreachable',
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 30,
};
const dedicated = { key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' };

const cases: Record<string, { own: Toleration[]; spec?: object; want: string[] }> = {
  'the automatic ones follow the template’s': {
    own: [dedicated],
    want: ['dedicated:NoSchedule', ...AUTOMATIC],
  },
  'one of the template’s that is automatic keeps its place, not its limit': {
    own: [unreachable, dedicated],
    want: [
      'unreachable:NoExecute',
      'dedicated:NoSchedule',
      ...AUTOMATIC.filter((text) => !text.startsWith('unreachable')),
    ],
  },
  'on the host’s network it need not wait for another': {
    own: [],
    spec: { hostNetwork: true },
    want: [...AUTOMATIC, 'network-unavailable:NoSchedule'],
  },
};
for (const [name, { own, spec, want }] of Object.entries(cases)) {
  test(name, () => expect(tolerations(own, spec)).toEqual(want));
}
