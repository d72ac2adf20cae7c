import { deepFreeze, nameOf } from '../../apimachinery/object.ts';
import type {
  ControllerRevision,
  DaemonSet,
  DaemonSetSpec,
  DaemonSetStatus,
  Node,
  Pod,
} from '../../generated/types.ts';
import type { Action } from '../daemonset/actions.ts';
import type { Observed } from '../daemonset/observed.ts';
import { REVISION_HASH_LABEL } from '../framework/revisions.ts';
import { aPod, aTemplate, held, type PodFields, storedMeta } from './builders.ts';

export const aDaemonSet = (
  spec: Partial<DaemonSetSpec> = {},
  status: Partial<DaemonSetStatus> = {},
): DaemonSet =>
  deepFreeze({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: storedMeta('ds'),
    spec: { selector: { matchLabels: { app: 'ds' } }, template: aTemplate('ds', 'nginx:2'), ...spec },
    status: {
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
      ...status,
    },
  });

/** A revision of an image; its hash is its name. */
export const aRevision = (
  hash: string,
  image: string,
  revision: number,
  template = aTemplate('ds', image),
): ControllerRevision =>
  deepFreeze({
    metadata: { ...storedMeta(`ds-${hash}`), labels: { app: 'ds', [REVISION_HASH_LABEL]: hash } },
    data: { spec: { template: { ...template, $patch: 'replace' } } },
    revision,
  });

/** `old` is of image nginx:1, `new` of nginx:2, which is the one that the DaemonSet asks for. */
export const REVISIONS: readonly ControllerRevision[] = [
  aRevision('old', 'nginx:1', 1),
  aRevision('new', 'nginx:2', 2),
];

export interface DaemonFields extends PodFields {
  revision?: string;
  /** Meant for its node but not bound to it yet. */
  unbound?: boolean;
}

export function aDaemon(name: string, node: string, fields: DaemonFields = {}): Pod {
  const { revision = 'new', unbound = false, ...rest } = fields;
  const requiredDuringSchedulingIgnoredDuringExecution = {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
  };
  return aPod(name, {
    labels: { app: 'ds', [REVISION_HASH_LABEL]: revision },
    ...(!unbound && { node }),
    spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } } },
    ...rest,
  });
}

export interface Scene {
  daemonSet?: DaemonSet;
  nodes: readonly Node[];
  pods?: readonly Pod[];
  revisions?: readonly ControllerRevision[];
  failedOn?: Observed['failedOn'];
}

export const observed = ({ daemonSet, nodes, pods, revisions, failedOn }: Scene): Observed => ({
  daemonSet: daemonSet ?? aDaemonSet(),
  nodes,
  pods: held(pods ?? []),
  revisions: held(revisions ?? REVISIONS),
  failedOn: failedOn ?? new Map(),
});

/** An action as a statement; a status is left to be looked at by itself. */
export function inWords(action: Action): string {
  switch (action.kind) {
    case 'createPod':
      return `create on ${action.node}`;
    case 'deletePod':
      return `delete ${nameOf(action.pod)} (${action.because})`;
    case 'renumberRevision':
      return `renumber ${nameOf(action.revision)} to ${action.number}`;
    case 'createRevision':
      return `create revision ${action.revision.revision}`;
    case 'labelRevision':
      return `label ${nameOf(action.revision)} as ${action.hash}`;
    case 'deleteRevision':
    case 'adoptRevision':
    case 'releaseRevision':
      return `${action.kind} ${nameOf(action.revision)}`;
    case 'adoptPod':
    case 'releasePod':
      return `${action.kind} ${nameOf(action.pod)}`;
    case 'relabelPod':
      return `relabel ${nameOf(action.pod)} as ${action.revisionHash}`;
    default:
      return action.kind;
  }
}
