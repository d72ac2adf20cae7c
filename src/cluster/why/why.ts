import { controllerOf, nameOf, uidOf } from '../../apimachinery/object.ts';
import type { Client, ObjectRef } from '../../client/client.ts';
import { endsSeenAt } from '../../controllers/job/podEnds.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { ControllerRevisions, CronJobs, DaemonSets, Jobs, Pods } from '../../resources/kinds.ts';
import { resourceNamed } from '../until/condition.ts';
import { explainCronJob } from './explainCronJob.ts';
import { explainDaemonSet } from './explainDaemonSet.ts';
import { type ExplainedJob, explainJob } from './explainJob.ts';
import { explainPod } from './explainPod.ts';
import type { Why } from './row.ts';
import { claimOf, lastCreationFailure, lookAround, type Surroundings } from './surroundings.ts';

export interface WhyOptions {
  /** `default` unless told. */
  readonly namespace?: string | undefined;
  /** This node alone. */
  readonly node?: string | undefined;
}

type Explain = (client: Client, ref: ObjectRef, surroundings: Surroundings) => Promise<readonly Why[]>;

const EXPLAINED: Readonly<Record<string, Explain>> = {
  [DaemonSets.kind]: ofDaemonSet,
  [CronJobs.kind]: ofCronJob,
  [Jobs.kind]: async (client, ref, surroundings) =>
    explainJob(await lookAtJob(client, await client.get(Jobs, ref), surroundings), surroundings),
  [Pods.kind]: async (client, ref, surroundings) => explainPod(await client.get(Pods, ref), surroundings),
};

/**
 * Why each node has, or has not, a pod of a DaemonSet (`daemonset/agent`, `ds/agent`); what a Job (`job/report`), a CronJob (`cj/backup`) or
 * a Pod (`pod/a`) is doing or waits for. Throws for anything else, and for a node that is not there.
 */
export async function why(
  client: Client,
  object: string,
  { namespace = 'default', node }: WhyOptions,
  time: Pick<Surroundings, 'now' | 'localTimeZone'>,
): Promise<readonly Why[]> {
  const { explain, name } = named(object);
  const surroundings = await lookAround(client, time);
  const rows = await explain(client, { name, namespace }, surroundings);
  if (node === undefined) return rows;
  if (!surroundings.nodes.some((each) => nameOf(each) === node))
    throw new Error(`There is no node "${node}"`);
  return rows.filter((row) => row.node === node);
}

function named(object: string): { explain: Explain; name: string } {
  const [kind = '', name = '', ...more] = object.split('/');
  const explain = name && more.length === 0 ? EXPLAINED[resourceNamed(kind).kind] : undefined;
  if (explain) return { explain, name };
  throw new Error(
    `"${object}" is no DaemonSet, Job, CronJob or Pod: it must be like "daemonset/agent" or "job/report"`,
  );
}

async function ofDaemonSet(
  client: Client,
  ref: ObjectRef,
  { nodes, pods, snapshot, now }: Surroundings,
): Promise<readonly Why[]> {
  const daemonSet = await client.get(DaemonSets, ref);
  const { selector } = daemonSet.spec;
  const revisions = await client.list(ControllerRevisions, { namespace: ref.namespace });
  const observed = {
    daemonSet,
    nodes,
    pods: claimOf(daemonSet, selector, pods),
    revisions: claimOf(daemonSet, selector, revisions.items),
    failedOn: new Map(),
  };
  const creationFailure = await lastCreationFailure(client, daemonSet);
  return explainDaemonSet({ observed, snapshot, creationFailure }, now);
}

async function ofCronJob(
  client: Client,
  ref: ObjectRef,
  surroundings: Surroundings,
): Promise<readonly Why[]> {
  const cronJob = await client.get(CronJobs, ref);
  const { items } = await client.list(Jobs, { namespace: ref.namespace });
  const own = items.filter((job) => controllerOf(job)?.uid === uidOf(cronJob));
  const jobs = await Promise.all(own.map((job) => lookAtJob(client, job, surroundings)));
  const creationFailure = await lastCreationFailure(client, cronJob);
  return explainCronJob({ cronJob, jobs, creationFailure }, surroundings);
}

async function lookAtJob(
  client: Client,
  job: Job,
  { pods, now }: Pick<Surroundings, 'pods' | 'now'>,
): Promise<ExplainedJob> {
  const { held } = claimOf<Pod>(job, job.spec.selector, pods);
  // What the controller remembers of pods that are gone cannot be seen from here.
  const ends = endsSeenAt(job, held, now);
  const creationFailure = await lastCreationFailure(client, job);
  return { job, pods: held, ends, creationFailure };
}
