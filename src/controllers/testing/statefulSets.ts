import { deepFreeze, nameOf } from '../../apimachinery/object.ts';
import type {
  ControllerRevision,
  Pod,
  StatefulSet,
  StatefulSetSpec,
  StatefulSetStatus,
} from '../../generated/types.ts';
import { REVISION_HASH_LABEL } from '../framework/revisions.ts';
import type { Action } from '../statefulset/actions.ts';
import { identityLabels } from '../statefulset/identity.ts';
import type { Observed } from '../statefulset/observed.ts';
import { planStatefulSet } from '../statefulset/plan.ts';
import { aPod, aTemplate, held, NOW, type PodFields, storedMeta } from './builders.ts';

/** Three replicas of nginx:2, with the API server's defaults. */
export const aStatefulSet = (
  spec: Partial<StatefulSetSpec> = {},
  status: Partial<StatefulSetStatus> = {},
): StatefulSet =>
  deepFreeze({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: storedMeta('db'),
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: aTemplate('db', 'nginx:2'),
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      ...spec,
    },
    status: { replicas: 0, currentRevision: 'db-old', updateRevision: 'db-new', ...status },
  });

/** A revision of an image; its name is `db-` and its hash. */
const aRevision = (hash: string, image: string, revision: number): ControllerRevision =>
  deepFreeze({
    metadata: { ...storedMeta(`db-${hash}`), labels: { app: 'db', [REVISION_HASH_LABEL]: hash } },
    data: { spec: { template: { ...aTemplate('db', image), $patch: 'replace' } } },
    revision,
  });

/** `db-old` is of image nginx:1, `db-new` of nginx:2, which is the one that is asked for. */
const REVISIONS: readonly ControllerRevision[] = [
  aRevision('old', 'nginx:1', 1),
  aRevision('new', 'nginx:2', 2),
];

export interface MemberFields extends PodFields {
  revision?: 'old' | 'new';
}

/** The pod of an ordinal. */
export function member(ordinal: number, { revision = 'new', ...fields }: MemberFields = {}): Pod {
  const name = `db-${ordinal}`;
  const labels = { app: 'db', ...identityLabels(name), [REVISION_HASH_LABEL]: `db-${revision}` };
  return aPod(name, { labels, ...fields });
}

export const members = (count: number, fields: MemberFields = {}): Pod[] =>
  Array.from({ length: count }, (_, ordinal) => member(ordinal, fields));

export const observed = (
  statefulSet: StatefulSet,
  pods: readonly Pod[],
  revisions: readonly ControllerRevision[] = REVISIONS,
): Observed => ({ statefulSet, pods: held(pods), revisions: held(revisions) });

export { aRevision, REVISIONS };

/** An action as a statement; a status is left to be looked at by itself. */
function inWords(action: Action): string {
  switch (action.kind) {
    case 'createPod':
      return `create ${nameOf(action.pod)} of ${action.pod.spec.containers[0]?.image}`;
    case 'deletePod':
      return `delete ${nameOf(action.pod)}`;
    case 'identifyPod':
      return `identify ${nameOf(action.pod)}`;
    case 'renumberRevision':
      return `renumber ${nameOf(action.revision)} to ${action.number}`;
    case 'createRevision':
      return `create revision ${action.revision.revision}`;
    case 'deleteRevision':
    case 'adoptRevision':
    case 'releaseRevision':
      return `${action.kind} ${nameOf(action.revision)}`;
    case 'adoptPod':
    case 'releasePod':
      return `${action.kind} ${nameOf(action.pod)}`;
    default:
      return action.kind;
  }
}

/** What is done beside writing the status. */
export const work = (seen: Observed): string[] =>
  planStatefulSet(seen, NOW)
    .stages.flat()
    .map(inWords)
    .filter((words) => words !== 'updateStatus');

/** The status after one look. */
export function statusAfter(seen: Observed): StatefulSetStatus | undefined {
  const write = planStatefulSet(seen, NOW)
    .stages.flat()
    .find((action) => action.kind === 'updateStatus');
  return write?.kind === 'updateStatus' ? write.status : seen.statefulSet.status;
}
