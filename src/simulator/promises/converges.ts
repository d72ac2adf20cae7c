import { controllerOf, type KubernetesObject, uidOf } from '../../apimachinery/object.ts';
import type { CronJob, DaemonSet, Deployment, Job, PodSpec, StatefulSet } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { finishedCondition, isFinished } from '../../resources/job/jobConditions.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { UNPULLABLE } from '../plan/plan.ts';
import type { World } from '../run/world.ts';
import { belongsOn, nodeOf } from './podStates.ts';
import type { PromiseToKeep } from './promise.ts';

/**
 * When faults and operations are over, everything comes to rest in half an hour, and by as much later as the hour is behind what it has been,
 * for availability and deadlines go by the hour: every node where a DaemonSet belongs has one ready
 * pod of its newest revision (unless it updates on deletion) and no other has any; every Deployment and StatefulSet has its replicas;
 * every Job that may go on is finished; history limits hold. Workloads whose image cannot be pulled are left out.
 */
export const converges: PromiseToKeep = {
  name: 'everything comes to rest when the faults are over',
  watch: (world) => ({
    stillToCome() {
      for (const node of world.all('Node'))
        if (!isReady(node)) return `Node ${node.metadata.name} is not ready`;
      return (
        first(world.all('DaemonSet'), (daemonSet) => daemonsMissing(daemonSet, world)) ??
        first(world.all('Deployment'), (deployment) => replicasMissing(deployment, world)) ??
        first(world.all('StatefulSet'), (statefulSet) => membersMissing(statefulSet, world)) ??
        first(world.all('Job'), (job) => jobUnfinished(job, world)) ??
        first(world.all('CronJob'), (cronJob) => tooMuchHistory(cronJob, world))
      );
    },
  }),
};

function first<T extends KubernetesObject>(
  objects: readonly T[],
  missing: (object: T) => string | undefined,
): string | undefined {
  for (const object of objects) {
    const problem = missing(object);
    if (problem !== undefined) return `${object.kind} ${object.metadata.name}: ${problem}`;
  }
  return undefined;
}

const cannotRun = ({ spec }: DaemonSet | Deployment): boolean => isUnpullable(spec.template.spec);
const isUnpullable = ({ containers }: PodSpec): boolean =>
  containers.some(({ image }) => UNPULLABLE.test(image ?? ''));

function daemonsMissing(daemonSet: DaemonSet, world: World): string | undefined {
  const { metadata, spec, status } = daemonSet;
  if (cannotRun(daemonSet)) return undefined;
  if (!status || status.observedGeneration !== metadata.generation)
    return 'its newest generation is not observed';
  const pods = world.podsOf(uidOf(daemonSet));
  // Where users are to delete pods, one of a bad image may stay.
  if (pods.some((pod) => isUnpullable(pod.spec)) && spec.updateStrategy?.type === 'OnDelete')
    return undefined;
  const wanted = world.all('Node').filter((node) => belongsOn(daemonSet, node));
  for (const { metadata: node } of wanted) {
    const here = pods.filter((pod) => nodeOf(pod) === node.name);
    if (here.length !== 1 || !isReady(here[0]!))
      return `${here.length} pods on ${node.name}, or one not ready`;
  }
  if (pods.length > wanted.length) return 'pods where none belong';
  const { desiredNumberScheduled, numberAvailable = 0, updatedNumberScheduled = 0 } = status;
  if (desiredNumberScheduled !== wanted.length || numberAvailable !== wanted.length)
    return `status says ${numberAvailable} of ${desiredNumberScheduled}, and it is ${wanted.length}`;
  const updates = spec.updateStrategy?.type !== 'OnDelete';
  return updates && updatedNumberScheduled !== wanted.length
    ? `${updatedNumberScheduled} of ${wanted.length} updated`
    : undefined;
}

function replicasMissing(deployment: Deployment, world: World): string | undefined {
  const { metadata, spec, status } = deployment;
  const hasNode = world.all('Node').some((node) => belongsOn(deployment, node));
  if (cannotRun(deployment) || !hasNode) return undefined;
  if (!status || status.observedGeneration !== metadata.generation)
    return 'its newest generation is not observed';
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const isThere = [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas);
  return isThere
    ? undefined
    : `${availableReplicas} available and ${updatedReplicas} updated of ${replicas}, and ${spec.replicas} wanted`;
}

function membersMissing(statefulSet: StatefulSet, world: World): string | undefined {
  const { metadata, spec, status } = statefulSet;
  if (!world.all('Node').some((node) => belongsOn({ spec: spec! }, node))) return undefined;
  if (!status || status.observedGeneration !== metadata.generation)
    return 'its newest generation is not observed';
  const { replicas, readyReplicas = 0, updatedReplicas = 0 } = status;
  const isUpdated = spec!.updateStrategy?.type === 'OnDelete' || updatedReplicas === spec!.replicas;
  return replicas === spec!.replicas && readyReplicas === replicas && isUpdated
    ? undefined
    : `${readyReplicas} ready and ${updatedReplicas} updated of ${replicas}, and ${spec!.replicas} wanted`;
}

function jobUnfinished(job: Job, world: World): string | undefined {
  if (isFinished(job)) return undefined;
  const active = world.podsOf(uidOf(job)).filter((pod) => !isTerminal(pod)).length;
  const mayGoOn = !job.spec.suspend && job.spec.parallelism !== 0;
  if (mayGoOn) return `not finished, ${active} pods active`;
  return active > 0 || (job.status?.active ?? 0) > 0 ? `${active} pods though none may run` : undefined;
}

function tooMuchHistory({ metadata, spec, status }: CronJob, world: World): string | undefined {
  if ((status?.active ?? []).length > 0) return 'names active jobs though all have ended';
  const jobs = world.all('Job').filter((job) => controllerOf(job)?.uid === metadata.uid);
  const ended = (type: string) => jobs.filter((job) => finishedCondition(job)?.type === type).length;
  const succeeded = ended('Complete') - (spec.successfulJobsHistoryLimit ?? 3);
  const failed = ended('Failed') - (spec.failedJobsHistoryLimit ?? 1);
  return succeeded > 0 || failed > 0 ? 'has more finished jobs than its history limits' : undefined;
}
