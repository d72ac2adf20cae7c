import { notFound } from '../../apimachinery/errors.ts';
import { deepEqual } from '../../apimachinery/object.ts';
import type { AuthenticationV1TokenRequest, Node, Pod } from '../../generated/types.ts';
import { Nodes, Pods } from '../../resources/kinds.ts';
import { NODE_LEASE_NAMESPACE } from '../../resources/nodeIdentity.ts';
import { MIRROR_ANNOTATION } from '../../resources/pod/mirrorPod.ts';
import { nodeNameOf } from '../authorization/node/nodeUser.ts';
import { podReferences } from '../authorization/node/podReferences.ts';
import type { Registry } from '../registry/registry.ts';
import { storageKey } from '../registry/target.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { forbiddenNodeLabels } from './nodeLabels.ts';
import { refuse } from './refuse.ts';

/** Upstream's NodeRestriction: a node agent writes its own node, its own lease and the pods that are bound to it. */
export const nodeRestriction = (registry: () => Registry): AdmissionPlugin => ({
  admit(request) {
    const node = nodeNameOf(request.user);
    if (node === undefined) return;
    const why = problem(request, node, registry);
    if (why) throw refuse(request, why);
  },
});

function problem(request: AdmissionRequest, node: string, registry: () => Registry): string | undefined {
  if (node === '') return `could not determine node from user ${JSON.stringify(request.user.name)}`;
  switch (request.resource.kind) {
    case 'Pod':
      return podProblem(request, node, registry);
    case 'Node':
      return nodeProblem(request, node);
    case 'Lease':
      return leaseProblem(request, node);
    case 'ServiceAccount':
      return request.subresource === 'token' ? tokenProblem(request, node, registry()) : undefined;
    default:
      return undefined;
  }
}

function podProblem(request: AdmissionRequest, node: string, registry: () => Registry): string | undefined {
  const { operation, subresource, object, stored } = request;
  const quoted = JSON.stringify(node);
  if (subresource === 'eviction') return evictionProblem(request, node, registry());
  if (subresource && subresource !== 'status')
    return `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`;
  if (subresource) return podStatusProblem(object as Pod, stored as Pod, node);
  switch (operation) {
    case 'CREATE':
      return mirrorPodProblem(object as Pod, node, registry());
    case 'DELETE':
      return (stored as Pod).spec.nodeName === node
        ? undefined
        : `node ${quoted} can only delete pods with spec.nodeName set to itself`;
    default:
      return `unexpected operation ${JSON.stringify(operation)}, node ${quoted} can only create and delete mirror pods`;
  }
}

function evictionProblem(
  { namespace, name = '' }: AdmissionRequest,
  node: string,
  { parts }: Registry,
): string | undefined {
  const pod = parts.store.get(storageKey(Pods, namespace, name))?.object as Pod | undefined;
  return !pod || pod.spec.nodeName === node
    ? undefined
    : `node ${node} can only evict pods with spec.nodeName set to itself`;
}

function podStatusProblem(next: Pod, stored: Pod, node: string): string | undefined {
  const quoted = JSON.stringify(node);
  if (stored.spec.nodeName !== node)
    return `node ${quoted} can only update pod status for pods with spec.nodeName set to itself`;
  return deepEqual(next.metadata.labels ?? {}, stored.metadata.labels ?? {})
    ? undefined
    : `node ${quoted} cannot update labels through pod status`;
}

function mirrorPodProblem(pod: Pod, node: string, registry: Registry): string | undefined {
  const quoted = JSON.stringify(node);
  const { metadata, spec } = pod;
  if (metadata.annotations?.[MIRROR_ANNOTATION] === undefined)
    return `pod does not have ${JSON.stringify(MIRROR_ANNOTATION)} annotation, node ${quoted} can only create mirror pods`;
  if (spec?.nodeName !== node) return `node ${quoted} can only create pods with spec.nodeName set to itself`;
  return ownerProblem(pod, node, registry) ?? referenceProblem(pod, quoted);
}

function ownerProblem({ metadata }: Pod, node: string, { parts }: Registry): string | undefined {
  const quoted = JSON.stringify(node);
  const [owner, ...more] = metadata.ownerReferences ?? [];
  if (more.length > 0)
    return `node ${quoted} can only create pods with a single owner reference set to itself`;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    return `node ${quoted} can only create pods with an owner reference set to itself`;
  if (!owner.controller)
    return `node ${quoted} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion) return `node ${quoted} must not set blockOwnerDeletion on an owner reference`;
  const uid = parts.store.get(storageKey(Nodes, undefined, node))?.object.metadata.uid;
  return owner.uid === uid ? undefined : `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`;
}

/** A node must not gain access to what it writes into pods of its own. */
function referenceProblem(pod: Pod, quoted: string): string | undefined {
  if (pod.spec.serviceAccountName)
    return `node ${quoted} can not create pods that reference a service account`;
  const references = [...podReferences(pod)];
  const kind = ['secrets', 'configmaps'].find((plural) =>
    references.some((reference) => reference.startsWith(`${plural}/`)),
  );
  return kind && `node ${quoted} can not create pods that reference ${kind}`;
}

function nodeProblem(
  { operation, name, object, stored }: AdmissionRequest,
  node: string,
): string | undefined {
  const quoted = JSON.stringify(node);
  if (name !== node) return `node ${quoted} is not allowed to modify node ${JSON.stringify(name ?? '')}`;
  if (operation === 'DELETE') return undefined;
  const [next, before] = [object as Node, stored as Node | undefined];
  const labels = forbiddenNodeLabels(next.metadata.labels, before?.metadata.labels).join(', ');
  if (!before)
    return labels ? `node ${quoted} is not allowed to set the following labels: ${labels}` : undefined;
  if (!deepEqual(next.spec?.taints ?? [], before.spec?.taints ?? []))
    return `node ${quoted} is not allowed to modify taints`;
  return labels ? `is not allowed to modify labels: ${labels}` : undefined;
}

/** A token must be of use only as long as the pod that needs it is there. */
function tokenProblem({ namespace, object }: AdmissionRequest, node: string, { parts }: Registry) {
  const { boundObjectRef: bound } = (object as AuthenticationV1TokenRequest).spec ?? {};
  if (bound?.apiVersion !== 'v1' || bound.kind !== 'Pod' || !bound.name)
    return 'node requested token not bound to a pod';
  if (!bound.uid) return 'node requested token with a pod binding without a uid';
  const pod = parts.store.get(storageKey(Pods, namespace, bound.name))?.object as Pod | undefined;
  if (!pod) throw notFound(Pods, bound.name);
  if (pod.metadata.uid !== bound.uid)
    return `the UID in the bound object reference (${bound.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  return pod.spec.nodeName === node
    ? undefined
    : 'node requested token bound to a pod scheduled on a different node';
}

function leaseProblem({ namespace, name }: AdmissionRequest, node: string): string | undefined {
  if (namespace !== NODE_LEASE_NAMESPACE)
    return `can only access leases in the ${JSON.stringify(NODE_LEASE_NAMESPACE)} system namespace`;
  return name === node ? undefined : 'can only access node lease with the same name as the requesting node';
}
