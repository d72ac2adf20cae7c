import { deepCopy, nameOf } from '../../apimachinery/object.ts';
import type { Deployment, ReplicaSet } from '../../generated/types.ts';
import { copiedAnnotations, isCopied, ROLLBACK_TO } from './newReplicaSet.ts';
import { HASH_LABEL, isOfTemplate, revisionOf } from './observed.ts';
import { compareRevisions, parseRevision, type Revision } from './revision.ts';

/** The deployment as it is asked to go back to, and what is told of that. */
export interface Rollback {
  readonly next: Deployment;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/**
 * What an annotation asks for that was a field of the spec in `extensions/v1beta1`: to go back to a revision, by 0 to the last one. It is
 * removed whatever comes of it; a paused deployment leaves it for later.
 */
export function rollbackOf(deployment: Deployment, all: readonly ReplicaSet[]): Rollback | undefined {
  const asked = parseRevision(deployment.metadata.annotations?.[ROLLBACK_TO]);
  if (asked === undefined || deployment.spec.paused) return undefined;
  const revision = asked || lastRevision(all);
  if (revision === 0n) return notFound(deployment, 'Unable to find last revision.');
  const found = all.find((replicaSet) => revisionOf(replicaSet) === revision);
  if (!found) return notFound(deployment, 'Unable to find the revision to rollback to.');
  const name = JSON.stringify(nameOf(deployment));
  if (isOfTemplate(found, deployment)) {
    const message = `The rollback revision contains the same template as current deployment ${name}`;
    return given(deployment, 'Warning', 'DeploymentRollbackTemplateUnchanged', message);
  }
  const message = `Rolled back deployment ${name} to revision ${revision}`;
  return given(withTemplateOf(found, deployment), 'Normal', 'DeploymentRollback', message);
}

const notFound = (deployment: Deployment, message: string): Rollback =>
  given(deployment, 'Warning', 'DeploymentRollbackRevisionNotFound', message);

function given(next: Deployment, type: Rollback['type'], reason: string, message: string): Rollback {
  const { [ROLLBACK_TO]: _, ...annotations } = next.metadata.annotations ?? {};
  return { next: { ...next, metadata: { ...next.metadata, annotations } }, type, reason, message };
}

/** The one before the newest; 0 when there is none. */
const lastRevision = (all: readonly ReplicaSet[]): Revision =>
  all.map(revisionOf).toSorted(compareRevisions).at(-2) ?? 0n;

/** The annotations come from the ReplicaSet too, or those of what is left behind would be copied to it. */
function withTemplateOf(replicaSet: ReplicaSet, deployment: Deployment): Deployment {
  const template = deepCopy(replicaSet.spec.template!);
  const { [HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {};
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !isCopied(key));
  return {
    ...deployment,
    metadata: {
      ...deployment.metadata,
      annotations: { ...Object.fromEntries(own), ...copiedAnnotations(replicaSet) },
    },
    spec: { ...deployment.spec, template: { ...template, metadata: { ...template.metadata, labels } } },
  };
}
