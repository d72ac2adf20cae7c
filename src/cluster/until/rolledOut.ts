import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { DaemonSet, Deployment, StatefulSet } from '../../generated/types.ts';

/** Whether `kubectl rollout status` would say that the rollout is over. Throws for a kind that has none. */
export function isRolledOut(object: KubernetesObject): boolean {
  switch (object.kind) {
    case 'DaemonSet':
      return isDaemonSetRolledOut(object as DaemonSet);
    case 'Deployment':
      return isDeploymentRolledOut(object as Deployment);
    case 'StatefulSet':
      return isStatefulSetRolledOut(object as StatefulSet);
    default:
      throw new Error(`A ${object.kind} has no rollout: daemonsets, deployments and statefulsets do`);
  }
}

const isObserved = ({ metadata }: KubernetesObject, observed: number | undefined): boolean =>
  (metadata.generation ?? 0) <= (observed ?? 0);

function isDaemonSetRolledOut(daemonSet: DaemonSet): boolean {
  const { status } = daemonSet;
  if (!status || !isObserved(daemonSet, status.observedGeneration)) return false;
  const desired = status.desiredNumberScheduled;
  return (status.updatedNumberScheduled ?? 0) >= desired && (status.numberAvailable ?? 0) >= desired;
}

function isDeploymentRolledOut(deployment: Deployment): boolean {
  const { status } = deployment;
  if (!status || !isObserved(deployment, status.observedGeneration)) return false;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  return (
    updatedReplicas >= (deployment.spec?.replicas ?? 1) &&
    replicas <= updatedReplicas &&
    availableReplicas >= updatedReplicas
  );
}

function isStatefulSetRolledOut(statefulSet: StatefulSet): boolean {
  const { status, spec } = statefulSet;
  if (!status || !isObserved(statefulSet, status.observedGeneration)) return false;
  const replicas = spec?.replicas ?? 1;
  if ((status.readyReplicas ?? 0) < replicas) return false;
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  if (partition > 0) return (status.updatedReplicas ?? 0) >= replicas - partition;
  return status.updateRevision === status.currentRevision;
}
