import { expect, test } from 'vitest';
import { nameOf } from '../../apimachinery/object.ts';
import type { Node, Pod, Taint, Toleration } from '../../generated/types.ts';
import { ago, aNode, aPod, NOW } from '../testing/builders.ts';
import { taintKey } from './evictionTime.ts';
import { type Action, planNode } from './plan.ts';
import type { Emptying } from './zones.ts';

interface Scene {
  node?: Node;
  pods?: readonly Pod[];
  silentForSeconds?: number;
  taintedSince?: ReadonlyMap<string, number>;
  emptying?: Emptying;
  /** The uids of those that are to leave in a minute. */
  leaving?: readonly string[];
}
const now: Emptying = { kind: 'inTurn', from: NOW };
const planOf = ({ silentForSeconds = 0, leaving = [], ...rest }: Scene) =>
  planNode(
    {
      node: aNode('n1'),
      pods: [],
      taintedSince: new Map(),
      emptying: now,
      ...rest,
      lastHeard: NOW - silentForSeconds * 1000,
      leaving: new Map(leaving.map((uid) => [uid, NOW + 60_000])),
    },
    NOW,
  );

function inWords(action: Action): string {
  switch (action.kind) {
    case 'setTaints':
      return `taints ${action.taints.map(({ key, effect }) => `${key.split('/').at(-1)}:${effect}`).join(' ')}`;
    case 'setLabels':
      return `labels ${Object.entries(action.labels).map((label) => label.join('='))}`;
    case 'setConditions':
      return `conditions ${action.conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`).join(', ')}`;
    default:
      return `${action.kind} ${nameOf(action.pod)}`;
  }
}
const work = (scene: Scene) => planOf(scene).stages.flat().map(inWords);

const noExecute = (name: string, fields: Partial<Taint> = {}): Taint => ({
  key: `node.kubernetes.io/${name}`,
  effect: 'NoExecute',
  timeAdded: ago(0),
  ...fields,
});
const tainted = (name: string, fields: Partial<Taint> = {}) =>
  aNode('n1', {
    ready: name === 'unreachable' ? 'Unknown' : 'False',
    taints: [{ key: `node.kubernetes.io/${name}`, effect: 'NoSchedule' }, noExecute(name, fields)],
  });
const tolerating = (
  tolerationSeconds: number | undefined,
  key = 'node.kubernetes.io/not-ready',
): Toleration[] => [
  {
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    ...(tolerationSeconds !== undefined && { tolerationSeconds }),
  },
];
const unready = (name: string, tolerations: Toleration[]) =>
  aPod(name, { state: 'unready', spec: { tolerations } });
const maintenance: Taint = { key: 'maintenance', effect: 'NoExecute' };
const inMaintenance = aNode('n1', { taints: [maintenance] });

const cases: Record<string, Scene & { want: string[] }> = {
  'a node that is heard of is left alone': { silentForSeconds: 39, want: [] },
  'after forty seconds of silence nothing is known of it': {
    silentForSeconds: 40,
    want: [
      'conditions Ready=Unknown NodeStatusUnknown, MemoryPressure=Unknown NodeStatusNeverUpdated, ' +
        'DiskPressure=Unknown NodeStatusNeverUpdated, PIDPressure=Unknown NodeStatusNeverUpdated',
    ],
  },
  'a node that has just registered has a minute, and takes no pods until it is ready': {
    node: aNode('n1', { ready: null }),
    silentForSeconds: 59,
    want: ['taints not-ready:NoSchedule'],
  },
  'a node that is not ready is tainted, and its pods are not ready either': {
    node: aNode('n1', { ready: 'False' }),
    pods: [aPod('a', { spec: { tolerations: tolerating(300) } })],
    want: ['taints not-ready:NoSchedule not-ready:NoExecute', 'markNotReady a', 'planEviction a'],
  },
  'a node of which nothing is known is unreachable': {
    node: aNode('n1', { ready: 'Unknown' }),
    want: ['taints unreachable:NoSchedule unreachable:NoExecute'],
  },
  'a node that is ready again loses its taints, and keeps those of others': {
    node: aNode('n1', { taints: [maintenance, noExecute('unreachable')] }),
    pods: [aPod('a', { spec: { tolerations: [{ operator: 'Exists' }] } })],
    want: ['taints maintenance:NoExecute'],
  },
  'what people add to its own keys with other effects stays': {
    node: aNode('n1', {
      taints: [
        { key: 'node.kubernetes.io/disk-pressure', effect: 'NoExecute' },
        { key: 'node.kubernetes.io/not-ready', effect: 'PreferNoSchedule' },
        { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' },
      ],
    }),
    want: ['taints disk-pressure:NoExecute not-ready:PreferNoSchedule'],
  },
  'a node that is cordoned is tainted': {
    node: { ...aNode('n1'), spec: { unschedulable: true } },
    want: ['taints unschedulable:NoSchedule'],
  },
  'pressure keeps new pods away': {
    node: {
      ...aNode('n1'),
      status: {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'DiskPressure', status: 'True' },
        ],
      },
    },
    want: ['taints disk-pressure:NoSchedule'],
  },
  'a pod that tolerates nothing leaves at once': {
    node: tainted('not-ready'),
    pods: [unready('a', [])],
    want: ['evict a'],
  },
  'one that tolerates it for a while leaves then': {
    node: tainted('not-ready', { timeAdded: ago(300) }),
    pods: [unready('patient', tolerating(301)), unready('a', tolerating(300))],
    want: ['planEviction patient', 'evict a'],
  },
  'a daemon stays': {
    node: tainted('unreachable', { timeAdded: ago(3000) }),
    pods: [unready('daemon', tolerating(undefined, 'node.kubernetes.io/unreachable'))],
    want: [],
  },
  'a taint without a time counts from when it was seen': {
    node: inMaintenance,
    pods: [aPod('a', { spec: { tolerations: tolerating(60, 'maintenance') } })],
    taintedSince: new Map([[taintKey(maintenance), NOW - 59_000]]),
    want: ['planEviction a'],
  },
  'a taint that says that it was added in the future counts from when it was seen': {
    node: tainted('not-ready', { timeAdded: ago(-7_200) }),
    pods: [unready('a', tolerating(300))],
    taintedSince: new Map([[taintKey(noExecute('not-ready')), NOW - 300_000]]),
    want: ['evict a'],
  },
  'a pod that came after the taint has its time from its own start': {
    node: inMaintenance,
    pods: [
      aPod('late', {
        status: { startTime: ago(59) },
        spec: { tolerations: tolerating(60, 'maintenance') },
      }),
      aPod('early', {
        status: { startTime: ago(60) },
        spec: { tolerations: tolerating(60, 'maintenance') },
      }),
    ],
    taintedSince: new Map([[taintKey(maintenance), NOW - 600_000]]),
    want: ['planEviction late', 'evict early'],
  },
  'what is planned already is planned once': {
    node: tainted('not-ready', { timeAdded: ago(10) }),
    pods: [unready('a', tolerating(300))],
    leaving: ['uid-a'],
    want: [],
  },
  'a time that is planned stands, though the pod tolerates less by now, or the taint more': {
    node: tainted('not-ready', { timeAdded: ago(10) }),
    pods: [unready('a', tolerating(5)), unready('b', tolerating(300))],
    leaving: ['uid-a', 'uid-b'],
    want: [],
  },
  'but not for a pod that does not tolerate the taint any more': {
    node: tainted('not-ready', { timeAdded: ago(10) }),
    pods: [unready('a', [])],
    leaving: ['uid-a'],
    want: ['evict a'],
  },
  'a pod that was to leave may stay when it tolerates the taint for ever': {
    node: tainted('not-ready', { timeAdded: ago(10) }),
    pods: [unready('a', tolerating(undefined))],
    leaving: ['uid-a'],
    want: ['cancelEviction a'],
  },
  'a pod that was to leave may stay when the taint is gone': {
    pods: [aPod('a', { spec: { tolerations: tolerating(300) } }), aPod('b')],
    leaving: ['uid-a'],
    want: ['cancelEviction a'],
  },
  'a lost node is not emptied before its turn': {
    node: aNode('n1', { ready: 'Unknown' }),
    emptying: { kind: 'inTurn', from: NOW + 1 },
    want: ['taints unreachable:NoSchedule'],
  },
  'nor while most of its zone is lost': {
    node: aNode('n1', { ready: 'Unknown' }),
    emptying: { kind: 'paused' },
    want: ['taints unreachable:NoSchedule'],
  },
  'one that is emptied already then stays so': {
    node: tainted('unreachable'),
    emptying: { kind: 'paused' },
    want: [],
  },
  'and may change why without waiting': {
    node: { ...tainted('not-ready'), status: aNode('n1', { ready: 'Unknown' }).status! },
    emptying: { kind: 'inTurn', from: NOW + 1 },
    want: ['taints unreachable:NoSchedule unreachable:NoExecute'],
  },
  'when no node is left, all pods may stay': {
    node: tainted('unreachable', { timeAdded: ago(10) }),
    pods: [unready('a', tolerating(300, 'node.kubernetes.io/unreachable'))],
    emptying: { kind: 'stopped' },
    leaving: ['uid-a'],
    want: ['taints unreachable:NoSchedule', 'cancelEviction a'],
  },
  'labels have their old names too, and say the same': {
    node: aNode('n1', {
      labels: {
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'arm64',
        'beta.kubernetes.io/arch': 'amd64',
      },
    }),
    want: ['labels beta.kubernetes.io/os=linux,beta.kubernetes.io/arch=arm64'],
  },
  "an old name without the new one is somebody else's": {
    node: aNode('n1', { labels: { 'beta.kubernetes.io/os': 'linux' } }),
    want: [],
  },
  'one that is on its way out is let go': {
    node: tainted('not-ready'),
    pods: [aPod('a', { deleting: true })],
    want: [],
  },
};
for (const [name, { want, ...scene }] of Object.entries(cases)) {
  test(name, () => expect(work(scene)).toEqual(want));
}

test('it looks again when the node is overdue, or a pod has to leave', () => {
  expect(planOf({ silentForSeconds: 30 }).lookAgainAt).toBe(NOW + 10_000);
  const node = tainted('not-ready', { timeAdded: ago(295) });
  expect(planOf({ node, pods: [unready('a', tolerating(300))] }).lookAgainAt).toBe(NOW + 5_000);
  const lost = {
    node: aNode('n1', { ready: 'False' }),
    emptying: { kind: 'inTurn', from: NOW + 7_000 },
  } as const;
  expect(planOf(lost).lookAgainAt).toBe(NOW + 7_000);
  const silent = {
    ...tainted('unreachable'),
    status: {
      conditions: ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
        type,
        status: 'Unknown',
      })),
    },
  };
  expect(planOf({ node: silent, silentForSeconds: 400 }).lookAgainAt).toBeUndefined();
});
