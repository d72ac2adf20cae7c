import { expect, test } from 'vitest';
import type { DaemonSet, DaemonSetCondition } from '../../generated/types.ts';
import { ago, aNode, NOW } from '../testing/builders.ts';
import { aDaemon, aDaemonSet, inWords, observed, type Scene } from '../testing/daemonSets.ts';
import { planDaemonSet } from './plan.ts';

const DEADLINE = { 'sampan.dev/progress-deadline': '10m' };
const annotated = (
  annotations: Record<string, string>,
  condition?: DaemonSetCondition,
  spec: Partial<DaemonSet['spec']> = {},
): DaemonSet => {
  const daemonSet = aDaemonSet(spec, condition && { conditions: [condition] });
  return { ...daemonSet, metadata: { ...daemonSet.metadata, annotations } };
};
const told = (status: string, reason: string, message: string, sinceSeconds: number): DaemonSetCondition => ({
  type: 'Progressing',
  status,
  reason,
  message,
  lastTransitionTime: ago(sinceSeconds),
});
const running = (sinceSeconds: number, revision = 'new') =>
  told('True', 'RolloutProgressing', `Revision "${revision}" is being rolled out.`, sinceSeconds);
const complete = (sinceSeconds: number, revision = 'new') =>
  told('True', 'RolloutComplete', `Revision "${revision}" has been rolled out.`, sinceSeconds);
const exceeded = (sinceSeconds: number) =>
  told('False', 'ProgressDeadlineExceeded', 'Revision "new" has made no progress for 600s: …', sinceSeconds);

const three = [aNode('n1'), aNode('n2'), aNode('n3')];
const old = { revision: 'old', forSeconds: 86_400 };
/** One new daemon that is not ready, made so long ago, and two old ones. */
const stuck = (ageSeconds: number) => [
  aDaemon('a', 'n1', { state: 'unready', ageSeconds }),
  aDaemon('b', 'n2', old),
  aDaemon('c', 'n3', old),
];

/** `True RolloutProgressing 60s`, and how long until the next look; what is warned of too. */
function outcome(scene: Scene): string {
  const seen = observed(scene);
  const { stages, lookAgainAt } = planDaemonSet(seen, NOW);
  const actions = stages.flat();
  const write = actions.find((action) => action.kind === 'updateStatus');
  const conditions = (write ? write.status : seen.daemonSet.status)?.conditions ?? [];
  const words = conditions.map(
    ({ status, reason, lastTransitionTime }) =>
      `${status} ${reason} ${(NOW - Date.parse(lastTransitionTime ?? '')) / 1000}s`,
  );
  const warns = actions.some((action) => inWords(action) === 'warnOfNoProgress') ? ['warns'] : [];
  const looks = lookAgainAt === undefined ? [] : [`looks in ${(lookAgainAt - NOW) / 1000}s`];
  return [...words, ...warns, ...looks].join(', ');
}

const cases: Record<string, Scene & { want: string }> = {
  'without the annotation nothing is told': {
    daemonSet: aDaemonSet(),
    nodes: three,
    pods: stuck(900),
    want: '',
  },
  'and what was told is taken back when it goes': {
    daemonSet: annotated({}, running(60)),
    nodes: three,
    pods: stuck(900),
    want: '',
  },
  'nobody else’s condition is': {
    daemonSet: annotated({}, { ...running(60), reason: 'Mine' }),
    nodes: three,
    want: 'True Mine 60s',
  },
  'a rollout begins with the first look at it': {
    daemonSet: annotated(DEADLINE),
    nodes: three,
    pods: stuck(900),
    want: 'True RolloutProgressing 0s, looks in 600s',
  },
  'the deadline counts from the making of the last new daemon': {
    daemonSet: annotated(DEADLINE, running(1000)),
    nodes: three,
    pods: stuck(500),
    want: 'True RolloutProgressing 1000s, looks in 100s',
  },
  'and from the last that became available': {
    daemonSet: annotated(DEADLINE, running(1000)),
    nodes: three,
    pods: [...stuck(700).slice(0, 2), aDaemon('c', 'n3', { forSeconds: 200, ageSeconds: 700 })],
    want: 'True RolloutProgressing 1000s, looks in 400s',
  },
  'but not from one that crashes and comes back': {
    daemonSet: annotated(DEADLINE, running(1000)),
    nodes: three,
    pods: [
      ...stuck(700).slice(0, 2),
      aDaemon('c', 'n3', {
        forSeconds: 200,
        ageSeconds: 700,
        status: {
          containerStatuses: [{ name: 'main', image: '', imageID: '', ready: true, restartCount: 4 }],
        },
      }),
    ],
    want: 'False ProgressDeadlineExceeded 0s, warns',
  },
  'nor from one that is made again and again where it fails': {
    daemonSet: annotated(DEADLINE, running(1000)),
    nodes: three,
    pods: stuck(60),
    failedOn: new Map([['n1', { retryAt: NOW - 61_000 }]]),
    want: 'False ProgressDeadlineExceeded 0s, warns',
  },
  'a deadline in seconds is one too': {
    daemonSet: annotated({ 'sampan.dev/progress-deadline': '60' }, running(1000)),
    nodes: three,
    pods: stuck(59),
    want: 'True RolloutProgressing 1000s, looks in 1s',
  },
  'a rollout without progress for so long is stuck': {
    daemonSet: annotated(DEADLINE, running(1000)),
    nodes: three,
    pods: stuck(600),
    want: 'False ProgressDeadlineExceeded 0s, warns',
  },
  'and is told so once': {
    daemonSet: annotated(DEADLINE, exceeded(60)),
    nodes: three,
    pods: stuck(660),
    want: 'False ProgressDeadlineExceeded 60s',
  },
  'until it goes on': {
    daemonSet: annotated(DEADLINE, exceeded(60)),
    nodes: three,
    pods: [aDaemon('a', 'n1', { forSeconds: 5, ageSeconds: 660 }), ...stuck(0).slice(1)],
    want: 'True RolloutProgressing 0s, looks in 595s',
  },
  'or another template is rolled out': {
    daemonSet: annotated(DEADLINE, { ...exceeded(60), message: 'Revision "older" has made no progress' }),
    nodes: three,
    pods: stuck(900),
    want: 'True RolloutProgressing 0s, looks in 600s',
  },
  'a rollout is complete when every node has its new daemon available': {
    daemonSet: annotated(DEADLINE, running(60)),
    nodes: three,
    pods: three.map(({ metadata }) => aDaemon(`on-${metadata.name}`, metadata.name!)),
    want: 'True RolloutComplete 0s',
  },
  'one that is complete stays so when a daemon falls, or a node comes': {
    daemonSet: annotated(DEADLINE, complete(5000)),
    nodes: three,
    pods: [aDaemon('a', 'n1', { state: 'unready', forSeconds: 4000 }), aDaemon('b', 'n2')],
    want: 'True RolloutComplete 5000s',
  },
  'the next rollout counts from its own beginning': {
    daemonSet: annotated(DEADLINE, complete(5000, 'old')),
    nodes: three,
    pods: stuck(0).map((pod) => aDaemon(pod.metadata.name!, pod.spec.nodeName!, old)),
    want: 'True RolloutProgressing 0s, looks in 600s',
  },
  'a rollout that is paused has no deadline': {
    daemonSet: annotated({ ...DEADLINE, 'sampan.dev/paused': 'true' }, running(1000)),
    nodes: three,
    pods: stuck(900),
    want: 'Unknown RolloutPaused 0s',
  },
  'what a partition keeps back is not waited for': {
    daemonSet: annotated({ ...DEADLINE, 'sampan.dev/partition': '2' }, running(60)),
    nodes: three,
    pods: [aDaemon('a', 'n1'), ...stuck(0).slice(1)],
    want: 'True RolloutComplete 0s',
  },
  'nor nodes that are dead and to be ignored': {
    daemonSet: annotated({ ...DEADLINE, 'sampan.dev/ignore-dead-nodes': 'true' }, running(60)),
    nodes: [aNode('n1'), aNode('n2', { ready: 'False' })],
    pods: [aDaemon('a', 'n1'), aDaemon('b', 'n2', { ...old, state: 'unready' })],
    want: 'True RolloutComplete 0s',
  },
  'where daemons are updated by hand nothing is told': {
    daemonSet: annotated(DEADLINE, running(60), { updateStrategy: { type: 'OnDelete' } }),
    nodes: three,
    pods: stuck(900),
    want: '',
  },
  'a malformed deadline is none': {
    daemonSet: annotated({ 'sampan.dev/progress-deadline': '0s' }),
    nodes: three,
    pods: stuck(900),
    want: '',
  },
};
for (const [name, { want, ...scene }] of Object.entries(cases)) {
  test(name, () => expect(outcome(scene)).toBe(want));
}
