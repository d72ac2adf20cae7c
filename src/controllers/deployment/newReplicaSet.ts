import { deepCopy, deepEqual, type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import type { Deployment, ReplicaSet } from '../../generated/types.ts';
import { Deployments } from '../../resources/kinds.ts';
import { controllerReference } from '../framework/ownership.ts';
import { templateHash } from '../framework/templateHash.ts';
import { updateBudget, wantedReplicas } from './budget.ts';
import { DESIRED_REPLICAS, HASH_LABEL, MAX_REPLICAS, REVISION, REVISION_HISTORY } from './observed.ts';
import type { Revision } from './revision.ts';

const LONGEST_NAME = 253;
/** In characters. */
const LONGEST_HISTORY = 2000;

/** Asks a deployment to go back to a revision. */
export const ROLLBACK_TO = 'deprecated.deployment.rollback.to';

/** Annotations that stay where they are: they speak of the object that they stand on. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
]);

/** Whether an annotation is one of those that a deployment and its ReplicaSet share. */
export const isCopied = (key: string): boolean => !NOT_COPIED.has(key);

/** The ReplicaSet for the deployment's template, with so many replicas to begin with. */
export function newReplicaSet(deployment: Deployment, revision: Revision, replicas: number): ReplicaSet {
  const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount);
  const template = deepCopy(deployment.spec.template);
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [HASH_LABEL]: hash } };
  const selector = deployment.spec.selector;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${nameOf(deployment).slice(0, LONGEST_NAME - hash.length - 1)}-${hash}`,
      namespace: deployment.metadata.namespace!,
      labels: { ...template.metadata.labels },
      annotations: {
        ...copiedAnnotations(deployment),
        ...sizeAnnotations(deployment),
        [REVISION]: String(revision),
      },
      ownerReferences: [controllerReference(Deployments, deployment)],
    },
    spec: {
      replicas,
      ...(deployment.spec.minReadySeconds && { minReadySeconds: deployment.spec.minReadySeconds }),
      selector: { ...deepCopy(selector), matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template,
    },
  };
}

export const copiedAnnotations = ({ metadata }: KubernetesObject): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => isCopied(key)));

/** What the ReplicaSet must know to be scaled in proportion later. */
export const sizeAnnotations = (deployment: Deployment): Record<string, string> => ({
  [DESIRED_REPLICAS]: String(wantedReplicas(deployment)),
  [MAX_REPLICAS]: String(wantedReplicas(deployment) + updateBudget(deployment).maxSurge),
});

/** The current ReplicaSet as the newest revision, with the deployment's annotations; the same object when nothing differs. */
export function asNewest(deployment: Deployment, replicaSet: ReplicaSet, revision: Revision): ReplicaSet {
  const before = replicaSet.metadata.annotations ?? {};
  const last = before[REVISION];
  const history =
    last === undefined || last === String(revision)
      ? before[REVISION_HISTORY]
      : joined(before[REVISION_HISTORY], last);
  const annotations = {
    ...before,
    ...copiedAnnotations(deployment),
    [REVISION]: String(revision),
    ...(history !== undefined && { [REVISION_HISTORY]: history }),
  };
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (deepEqual(before, annotations) && (replicaSet.spec.minReadySeconds ?? 0) === minReadySeconds)
    return replicaSet;
  const { minReadySeconds: _, ...spec } = replicaSet.spec;
  return {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations },
    spec: { ...spec, ...(minReadySeconds > 0 && { minReadySeconds }) },
  };
}

/** The earliest revisions are forgotten where the list would become too long. */
function joined(history: string | undefined, last: string): string {
  const revisions = [...(history ? history.split(',') : []), last];
  let length = revisions.join(',').length;
  let first = 0;
  while (length > LONGEST_HISTORY && first < revisions.length - 1) length -= revisions[first++]!.length + 1;
  return revisions.slice(first).join(',');
}
