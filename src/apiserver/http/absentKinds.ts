import { apiVersionOf } from '../../apimachinery/object.ts';
import type { RequestInfo } from './requestInfo.ts';

/**
 * Kinds of upstream's that are not served, but whose lists clients ask for without looking whether they are: before it says that it
 * knows no kind, `kubectl apply` asks for custom ones.
 */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['apiextensions.k8s.io/v1/customresourcedefinitions', 'CustomResourceDefinition'],
]);

/** The true answer to such a list: there are none. Undefined for any other request. */
export function listOfNone({ verb, resource }: RequestInfo, revision: number): object | undefined {
  if (verb !== 'list' || !resource || resource.subresource) return undefined;
  const apiVersion = apiVersionOf(resource.group, resource.version);
  const kind = KINDS.get(`${apiVersion}/${resource.plural}`);
  if (kind === undefined) return undefined;
  return { kind: `${kind}List`, apiVersion, metadata: { resourceVersion: String(revision) }, items: [] };
}
