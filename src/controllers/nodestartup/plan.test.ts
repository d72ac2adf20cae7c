import { expect, test } from 'vitest';
import type { DaemonSet, Pod, Taint } from '../../generated/types.ts';
import { aNode, aPod, aTemplate, ownedBy } from '../testing/builders.ts';
import { aDaemonSet } from '../testing/daemonSets.ts';
import { planNodeStartup } from './plan.ts';

const AWAITING: Taint = { key: 'sampan.dev/daemons-not-ready', effect: 'NoSchedule' };
const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
const CLOUD: Taint = { key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' };
const DEDICATED: Taint = { key: 'dedicated', effect: 'NoSchedule' };

const required = (name: string, spec: Partial<DaemonSet['spec']> = {}): DaemonSet => {
  const daemonSet = aDaemonSet(spec);
  const annotations = { 'sampan.dev/node-startup': 'required' };
  return { ...daemonSet, metadata: { ...daemonSet.metadata, name, uid: `uid-${name}`, annotations } };
};
const agent = required('agent');
const network = required('network');
const onSsd = required('disk', { template: aTemplate('ds', 'nginx', { nodeSelector: { disk: 'ssd' } }) });
const daemonOf = (owner: DaemonSet, fields: Parameters<typeof aPod>[1] = {}) =>
  aPod(`${owner.metadata.name}-1`, { node: 'n1', owner: ownedBy(owner), ...fields });

interface Case {
  taints?: Taint[];
  required: DaemonSet[];
  pods?: Pod[];
  want: string;
}
const cases: Record<string, Case> = {
  'a node waits for its daemon to be made': { required: [agent], want: 'waits' },
  'and to be Ready': { required: [agent], pods: [daemonOf(agent, { state: 'unready' })], want: 'waits' },
  'then it waits no more': { required: [agent], pods: [daemonOf(agent)], want: 'goes on' },
  'one on its way out does not count': {
    required: [agent],
    pods: [daemonOf(agent, { deleting: true })],
    want: 'waits',
  },
  'nor one of somebody else': { required: [agent], pods: [daemonOf(network)], want: 'waits' },
  'it waits for each of them': { required: [agent, network], pods: [daemonOf(agent)], want: 'waits' },
  'until all are Ready': {
    required: [agent, network],
    pods: [daemonOf(agent), daemonOf(network)],
    want: 'goes on',
  },
  'one that is not for the node is not waited for': { required: [onSsd], want: 'goes on' },
  'nor one that does not tolerate what stays on it': {
    taints: [AWAITING, DEDICATED],
    required: [agent],
    want: 'goes on, keeping dedicated',
  },
  'one that only the start of the node keeps away is': {
    taints: [NOT_READY, CLOUD, AWAITING],
    required: [agent],
    want: 'waits',
  },
  'other taints stay': {
    taints: [NOT_READY, AWAITING],
    required: [],
    want: 'goes on, keeping node.kubernetes.io/not-ready',
  },
  'a node that does not wait is left alone': { taints: [DEDICATED], required: [agent], want: 'waits' },
};
for (const [name, { taints = [AWAITING], required, pods = [], want }] of Object.entries(cases)) {
  test(name, () => {
    const [action] = planNodeStartup({ node: aNode('n1', { taints }), required, pods }).stages.flat();
    const kept = action?.taints.map(({ key }) => key).join(', ');
    expect(action ? `goes on${kept ? `, keeping ${kept}` : ''}` : 'waits').toBe(want);
  });
}
