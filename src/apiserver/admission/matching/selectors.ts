import { notFound } from '../../../apimachinery/errors.ts';
import { type Labels, labelSelectorOf } from '../../../apimachinery/labels.ts';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type { LabelSelector } from '../../../generated/types.ts';
import { Namespaces } from '../../../resources/kinds.ts';
import type { AdmissionRequest } from '../admission.ts';
import { isNamespace, namespaceOf } from './namespaceOf.ts';

/** A namespace as it is stored; undefined when there is none. */
export type FindNamespace = (name: string) => KubernetesObject | undefined;

/**
 * Whether the labels of the request's namespace are selected. What the cluster has always is; a namespace that is written is judged by its
 * new labels. Throws 404 where there is no such namespace: ask last, for requests that otherwise match.
 */
export function matchesNamespaceSelector(
  selector: LabelSelector | undefined,
  request: AdmissionRequest,
  find: FindNamespace,
): boolean {
  const name = namespaceOf(request);
  const compiled = labelSelectorOf(selector ?? {});
  if (compiled.isEmpty || (name === undefined && !isNamespace(request))) return true;
  return compiled.matches(namespaceLabels(name ?? '', request, find));
}

function namespaceLabels(name: string, request: AdmissionRequest, find: FindNamespace): Labels | undefined {
  const { object, subresource } = request;
  if (isNamespace(request) && object && !subresource) return object.metadata.labels;
  const namespace = find(name);
  if (!namespace) throw notFound(Namespaces, name);
  return namespace.metadata.labels;
}

/** Whether the labels of the new object, or of the one that was there before, are selected. */
export function matchesObjectSelector(
  selector: LabelSelector | undefined,
  { object, stored }: AdmissionRequest,
): boolean {
  const compiled = labelSelectorOf(selector ?? {});
  if (compiled.isEmpty) return true;
  return [object, stored].some((each) => each !== undefined && compiled.matches(each.metadata?.labels));
}
