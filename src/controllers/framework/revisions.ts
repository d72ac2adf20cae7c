import { type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { ControllerRevision, PodTemplateSpec } from '../../generated/types.ts';
import { controllerReference } from './ownership.ts';
import { canonicalJson, templateTexts } from './templateHash.ts';

/** On a revision the hash of its template; on a pod what tells of which revision it is. */
export const REVISION_HASH_LABEL = 'controller-revision-hash';

/** How much of the owner's name a revision's has. */
const LONGEST_PREFIX = 223;

/** What keeps its templates as ControllerRevisions: a DaemonSet or a StatefulSet. */
export interface WithTemplate extends KubernetesObject {
  readonly spec: { readonly template: PodTemplateSpec };
}

/** The owner's present template as a revision. */
export const newRevision = (
  type: ResourceType,
  owner: WithTemplate,
  hash: string,
  revision: number,
): ControllerRevision => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: {
    name: `${nameOf(owner).slice(0, LONGEST_PREFIX)}-${hash}`,
    namespace: owner.metadata.namespace!,
    labels: { ...owner.spec.template.metadata?.labels, [REVISION_HASH_LABEL]: hash },
    ...(owner.metadata.annotations && { annotations: { ...owner.metadata.annotations } }),
    ownerReferences: [controllerReference(type, owner)],
  },
  data: patchTo(owner.spec.template),
  revision,
});

/**
 * A strategic merge patch: what `kubectl rollout undo` sends to bring the template back. Its fields are sorted, since clients look for the
 * current revision by comparing the text of its data with what Go makes of the template.
 */
const patchTo = (template: PodTemplateSpec): object =>
  JSON.parse(canonicalJson({ spec: { template: { ...template, $patch: 'replace' } } }));

/** Whether a revision holds the owner's present template. */
export const isOfTemplate = (revision: ControllerRevision, { spec }: WithTemplate): boolean =>
  templateText(patchIn(revision)) === templateText(spec.template);

/** The template that a revision holds. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec | undefined {
  const patch = patchIn(revision);
  return patch && (withoutDirective(patch) as PodTemplateSpec);
}

const patchIn = (revision: ControllerRevision): PodTemplateSpec | undefined =>
  (revision.data as { spec?: { template?: PodTemplateSpec } } | undefined)?.spec?.template;

function withoutDirective(template: PodTemplateSpec): object {
  const { $patch: _, ...plain } = template as PodTemplateSpec & { $patch?: string };
  return plain;
}

const templateText = templateTexts(withoutDirective);
