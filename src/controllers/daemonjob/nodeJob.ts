import { deepCopy, nameOf, uidOf } from '../../apimachinery/object.ts';
import type { DaemonJob, Job, Node } from '../../generated/types.ts';
import { DaemonJobs } from '../../resources/kinds.ts';
import { affinityTo, type Daemon, daemonTolerations } from '../daemonset/placement.ts';
import { controllerReference } from '../framework/ownership.ts';
import { fnv32a, safeEncode, templateHash } from '../framework/templateHash.ts';

/** On a Job and its pods: whose they are. For `kubectl logs -l`. */
const OWNER_LABEL = 'sampan.dev/daemonjob';
/** On a Job: the template that it was made of. */
const HASH_LABEL = 'sampan.dev/template-hash';
/** On a Job: the node that it is for. A new node of an old name is another one. */
const NODE = 'sampan.dev/node';
const NODE_UID = 'sampan.dev/node-uid';

/** A DaemonJob as what decides on which nodes it runs. */
export const asDaemon = ({ metadata, spec }: DaemonJob): Daemon => ({
  metadata,
  spec: { template: spec.jobTemplate.spec!.template },
});

export const hashOf = ({ spec }: DaemonJob): string => templateHash(spec.jobTemplate, undefined);

export const nodeUidOf = ({ metadata }: Job): string => metadata.annotations?.[NODE_UID] ?? '';
export const nodeNameOf = ({ metadata }: Job): string => metadata.annotations?.[NODE] ?? '';
export const isOfTemplate = ({ metadata }: Job, hash: string): boolean =>
  metadata.labels?.[HASH_LABEL] === hash;

/** Whether the Job is to rest: because all of them are, or because the template says so. */
export const wantsSuspension = ({ spec }: DaemonJob): boolean =>
  Boolean(spec.suspend || spec.jobTemplate.spec?.suspend);

/** The Job of one node. It is named by node and template: one template can never run twice on one node. */
export function nodeJob(daemonJob: DaemonJob, node: Node, hash: string): Job {
  const { metadata = {}, spec } = daemonJob.spec.jobTemplate;
  const owner = { [OWNER_LABEL]: nameOf(daemonJob) };
  const { template, ...others } = deepCopy(spec!);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${nameOf(daemonJob)}-${safeEncode(fnv32a(`${hash}/${uidOf(node)}`))}`,
      namespace: daemonJob.metadata.namespace!,
      labels: { ...metadata.labels, ...owner, [HASH_LABEL]: hash },
      annotations: { ...metadata.annotations, [NODE]: nameOf(node), [NODE_UID]: uidOf(node) },
      ownerReferences: [controllerReference(DaemonJobs, daemonJob)],
    },
    spec: {
      ...others,
      ...(wantsSuspension(daemonJob) && { suspend: true }),
      template: {
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...owner } },
        spec: {
          ...template.spec,
          tolerations: [...daemonTolerations(asDaemon(daemonJob))],
          affinity: affinityTo(nameOf(node), template.spec.affinity),
        },
      },
    },
  };
}
