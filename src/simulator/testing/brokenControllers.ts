import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import { clientWith } from '../../client/clientWith.ts';
import { timestamp } from '../../clock/clock.ts';
import type { WrapController } from '../../cluster/controllers.ts';
import type { Action as CronJobAction, Observed as SeenCronJob } from '../../controllers/cronjob/actions.ts';
import type { Observed as SeenDaemonJob } from '../../controllers/daemonjob/observed.ts';
import type { Action as DaemonJobAction } from '../../controllers/daemonjob/plan.ts';
import type { Action as DaemonSetAction } from '../../controllers/daemonset/actions.ts';
import type { Observed as SeenDaemonSet } from '../../controllers/daemonset/observed.ts';
import type {
  Action as DisruptionAction,
  Observed as SeenBudget,
} from '../../controllers/disruption/plan.ts';
import type { Controller, Plan } from '../../controllers/framework/controller.ts';
import type { Action as JobAction, Observed as SeenJob } from '../../controllers/job/actions.ts';
import type { Action as StatefulSetAction } from '../../controllers/statefulset/actions.ts';
import type { Observed as SeenStatefulSet } from '../../controllers/statefulset/observed.ts';
import type { DaemonSet } from '../../generated/types.ts';
import { isFinished } from '../../resources/job/jobConditions.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';

/** A controller of that name does some things differently: wrongly. */
export function broken<Seen, Action>(
  name: string,
  alter: (controller: Controller<Seen, Action>) => Partial<Controller<Seen, Action>>,
): WrapController {
  return <S, A>(controller: Controller<S, A>): Controller<S, A> => {
    if (controller.name !== name) return controller;
    const altered: Controller<S, A> = {
      name,
      watch: (enqueue) => controller.watch(enqueue),
      observe: (key) => controller.observe(key),
      plan: (seen, now) => controller.plan(seen, now),
      execute: (seen, action, client) => controller.execute(seen, action, client),
    };
    const wrong = alter(controller as unknown as Controller<Seen, Action>);
    return { ...altered, ...(wrong as unknown as Partial<Controller<S, A>>) };
  };
}

/** The plan with other actions in the place of each. */
const withActions = <Action>(
  plan: Plan<Action>,
  alter: (action: Action) => readonly Action[],
): Plan<Action> => ({
  ...plan,
  stages: plan.stages.map((stage) => stage.flatMap(alter)),
});

const twice =
  <Action extends { kind: string }>(kind: Action['kind']) =>
  (action: Action): readonly Action[] =>
    action.kind === kind ? [action, action] : [action];

const without =
  <Action>(isForgotten: (action: Action) => boolean) =>
  (action: Action): readonly Action[] =>
    isForgotten(action) ? [] : [action];

export const makesDaemonsTwice = broken<SeenDaemonSet, DaemonSetAction>('daemonset', (controller) => ({
  plan: (seen, now) => withActions(controller.plan(seen, now), twice('createPod')),
}));

export const ignoresMaxUnavailable = broken<SeenDaemonSet, DaemonSetAction>('daemonset', (controller) => ({
  plan: (seen, now) => controller.plan({ ...seen, daemonSet: allAtOnce(seen.daemonSet) }, now),
}));

function allAtOnce(daemonSet: DaemonSet): DaemonSet {
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } };
  return { ...daemonSet, spec: { ...daemonSet.spec, updateStrategy } };
}

export const neverReplacesOutdatedDaemons = broken<SeenDaemonSet, DaemonSetAction>(
  'daemonset',
  (controller) => ({
    plan: (seen, now) =>
      withActions(
        controller.plan(seen, now),
        without((action) => action.kind === 'deletePod' && action.because === 'outdated'),
      ),
  }),
);

export const looksAgainAtOnce = broken<SeenDaemonSet, DaemonSetAction>('daemonset', (controller) => ({
  plan: (seen, now) => ({ ...controller.plan(seen, now), lookAgainAt: now }),
}));

export const countsTwice = broken<SeenJob, JobAction>('job', (controller) => ({
  plan: (seen, now) => withActions(controller.plan(seen, now), (action) => [countedTwice(action)]),
}));

const countedTwice = (action: JobAction): JobAction =>
  action.kind === 'updateStatus' && action.status.succeeded
    ? { ...action, status: { ...action.status, succeeded: action.status.succeeded + 1 } }
    : action;

/** Which the API refuses. */
export const endsBeforeItsStart = broken<SeenJob, JobAction>('job', (controller) => ({
  plan: (seen, now) => withActions(controller.plan(seen, now), (action) => [endedBeforeItsStart(action)]),
}));

const endedBeforeItsStart = (action: JobAction): JobAction =>
  action.kind === 'updateStatus' && action.status.completionTime
    ? { ...action, status: { ...action.status, completionTime: timestamp(0) } }
    : action;

/** Finalizers go before the books are written: a success between the two is lost. */
export const forgetsSuccesses = broken<SeenJob, JobAction>('job', (controller) => ({
  plan: (seen, now) => {
    const { stages, lookAgainAt } = controller.plan(seen, now);
    const isRemoval = ({ kind }: JobAction) => kind === 'removeFinalizer';
    const removals = stages.flat().filter(isRemoval);
    if (removals.length === 0) return { stages, lookAgainAt };
    return { stages: [removals], lookAgainAt };
  },
}));

export const makesJobPodsTwice = broken<SeenJob, JobAction>('job', (controller) => ({
  plan: (seen, now) => withActions(controller.plan(seen, now), twice('createPod')),
}));

export const startsAfterTheEnd = broken<SeenJob, JobAction>('job', (controller) => ({
  plan: (seen, now) => {
    const plan = controller.plan(seen, now);
    const isOver = seen.kind === 'job' && isFinished(seen.job) && seen.pods.held.every(isTerminal);
    const start: JobAction = {
      kind: 'createPod',
      index: undefined,
      indexFailures: undefined,
      because: 'new',
    };
    return isOver ? { ...plan, stages: [...plan.stages, [start]] } : plan;
  },
}));

export const forgetsFinalizersOfTheGone = broken<SeenJob, JobAction>('job', (controller) => ({
  plan: (seen, now) => (seen.kind === 'gone' ? { stages: [] } : controller.plan(seen, now)),
}));

export const makesRunsTwice = broken<SeenCronJob, CronJobAction>('cronjob', (controller) => ({
  execute: (seen, action, client) => controller.execute(seen, action, creatingTwice(client, 'jobs')),
}));

/** The second one has a name of its own. */
const creatingTwice = (client: Client, plural: string): Client =>
  clientWith(client, {
    async create(type, object, options) {
      const { name } = object.metadata;
      const second: KubernetesObject = { ...object, metadata: { ...object.metadata, name: `${name}-again` } };
      if (type.plural === plural) await client.create<KubernetesObject>(type, second, options);
      return client.create(type, object, options);
    },
  });

export const makesNodeJobsTwice = broken<SeenDaemonJob, DaemonJobAction>('daemonjob', (controller) => ({
  execute: (seen, action, client) => controller.execute(seen, action, creatingTwice(client, 'jobs')),
}));

export const makesMembersTwice = broken<SeenStatefulSet, StatefulSetAction>('statefulset', (controller) => ({
  execute: (seen, action, client) => controller.execute(seen, action, creatingTwice(client, 'pods')),
}));

export const makesMembersAtOnce = broken<SeenStatefulSet, StatefulSetAction>('statefulset', (controller) => ({
  plan: (seen, now) => {
    const { statefulSet } = seen;
    const spec = { ...statefulSet.spec!, podManagementPolicy: 'Parallel' };
    return controller.plan({ ...seen, statefulSet: { ...statefulSet, spec } }, now);
  },
}));

export const allowsAllEvictions = broken<SeenBudget, DisruptionAction>('disruption', (controller) => ({
  plan: (seen, now) =>
    withActions(controller.plan(seen, now), (action) =>
      action.kind === 'updateStatus'
        ? [{ ...action, status: { ...action.status, disruptionsAllowed: 100 } }]
        : [action],
    ),
}));

export const allowsAlways = broken<SeenCronJob, CronJobAction>('cronjob', (controller) => ({
  plan: (seen, now) => {
    const { cronJob } = seen;
    const spec = { ...cronJob.spec, concurrencyPolicy: 'Allow' };
    return controller.plan({ ...seen, cronJob: { ...cronJob, spec } }, now);
  },
}));

/** It says that they ran. */
export const skipsSomeRuns = broken<SeenCronJob, CronJobAction>('cronjob', (controller) => ({
  plan: (seen, now) =>
    withActions(
      controller.plan(seen, now),
      without((action) => action.kind === 'startJob' && (action.scheduledTime / 60_000) % 3 === 0),
    ),
}));

/** A status that says when it was written is written for ever. */
export const stampsEveryHalfMinute = broken<SeenCronJob, CronJobAction>('cronjob', (controller) => ({
  plan: (seen, now) => {
    const { stages } = controller.plan(seen, now);
    const status = { ...seen.cronJob.status, lastSuccessfulTime: timestamp(now) };
    return { stages: [...stages, [{ kind: 'updateStatus', status }]], lookAgainAt: now + 30_000 };
  },
}));
