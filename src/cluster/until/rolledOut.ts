import type { KubernetesObject } from '../../apimachinery/object.ts';
import { DEADLINE_EXCEEDED, PROGRESSING } from '../../controllers/framework/statusConditions.ts';
import type { DaemonSet, Deployment, StatefulSet } from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';
import { InVain } from './inVain.ts';

/**
 * Whether `kubectl rollout status` would say that the rollout is over. Throws `InVain` where kubectl gives up: for a kind that has none,
 * for pods that are updated by hand, and for a rollout that has exceeded its progress deadline.
 */
export function isRolledOut(object: KubernetesObject): boolean {
  switch (object.kind) {
    case 'DaemonSet':
      return isDaemonSetRolledOut(object as DaemonSet);
    case 'Deployment':
      return isDeploymentRolledOut(object as Deployment);
    case 'StatefulSet':
      return isStatefulSetRolledOut(object as StatefulSet);
    default:
      throw new InVain(`A ${object.kind} has no rollout: daemonsets, deployments and statefulsets do`);
  }
}

const isObserved = ({ metadata }: KubernetesObject, observed: number | undefined): boolean =>
  (metadata.generation ?? 0) <= (observed ?? 0);

/** Nobody rolls out what is updated by hand. */
function checkStrategy(strategy: { readonly type?: string } | undefined): void {
  if ((strategy?.type ?? 'RollingUpdate') !== 'RollingUpdate')
    throw new InVain('rollout status is only available for RollingUpdate strategy type');
}

interface WithConditions extends KubernetesObject {
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

function checkDeadline(object: WithConditions, what: string): void {
  const progress = conditionOf(object, PROGRESSING);
  if (progress?.reason !== DEADLINE_EXCEEDED) return;
  throw new InVain(
    `${what} "${object.metadata.name}" exceeded its progress deadline: ${progress.message ?? ''}`,
  );
}

function isDaemonSetRolledOut(daemonSet: DaemonSet): boolean {
  const { status, spec } = daemonSet;
  checkStrategy(spec.updateStrategy);
  if (!status || !isObserved(daemonSet, status.observedGeneration)) return false;
  checkDeadline(daemonSet, 'daemon set');
  const desired = status.desiredNumberScheduled;
  return (status.updatedNumberScheduled ?? 0) >= desired && (status.numberAvailable ?? 0) >= desired;
}

function isDeploymentRolledOut(deployment: Deployment): boolean {
  const { status } = deployment;
  if (!status || !isObserved(deployment, status.observedGeneration)) return false;
  checkDeadline(deployment, 'deployment');
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  return (
    updatedReplicas >= (deployment.spec?.replicas ?? 1) &&
    replicas <= updatedReplicas &&
    availableReplicas >= updatedReplicas
  );
}

function isStatefulSetRolledOut(statefulSet: StatefulSet): boolean {
  const { status, spec } = statefulSet;
  checkStrategy(spec?.updateStrategy);
  if (!status || !isObserved(statefulSet, status.observedGeneration)) return false;
  const replicas = spec?.replicas ?? 1;
  if ((status.readyReplicas ?? 0) < replicas) return false;
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  if (partition > 0) return (status.updatedReplicas ?? 0) >= replicas - partition;
  return status.updateRevision === status.currentRevision;
}
