import { NODE_LEASE_NAMESPACE } from '../../../resources/nodeIdentity.ts';
import type { Store } from '../../../store/store.ts';
import type { User } from '../../authentication/user.ts';
import type { Attributes, Authorizer, Decision, ResourceAttributes } from '../authorizer.ts';
import { nodeRules } from '../bootstrapPolicy/nodeRoles.ts';
import { CompiledRule } from '../rbac/compiledRule.ts';
import { nodeNameOf } from './nodeUser.ts';
import { PodsByNode } from './podsByNode.ts';

/** One request of a node's agent. */
interface NodeRequest extends ResourceAttributes {
  readonly nodeName: string;
  readonly verb: string;
}

/**
 * Lets each node agent (`system:node:<name>` of the group system:nodes) read what concerns its node and write what it reports.
 * What the object itself must be like, such as a pod that is to be deleted, the admission plugin NodeRestriction looks after.
 */
export class NodeAuthorizer implements Authorizer {
  readonly #store: Store;
  readonly #rules = nodeRules.map((rule) => new CompiledRule(rule));
  #pods: PodsByNode | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  authorize(user: User, attributes: Attributes): Decision {
    const nodeName = nodeNameOf(user);
    if (nodeName === undefined) return NO_OPINION;
    if (nodeName === '') return refuse(`unknown node for user ${JSON.stringify(user.name)}`);
    const { resource, verb } = attributes;
    const particular = resource && this.#particular({ ...resource, nodeName, verb });
    if (particular) return particular;
    return this.#rules.some((rule) => rule.allows(attributes)) ? ALLOW : NO_OPINION;
  }

  /** The decision on what is divided among nodes; undefined for what is the same for all of them. */
  #particular(request: NodeRequest): Decision | undefined {
    const { group, plural } = request;
    switch (group ? `${plural}.${group}` : plural) {
      case 'secrets':
      case 'configmaps':
        return this.#read(request);
      case 'serviceaccounts':
        return this.#createToken(request);
      case 'leases.coordination.k8s.io':
        return useLease(request);
      case 'nodes':
        return useNode(request);
      case 'pods':
        return this.#usePod(request);
      default:
        return undefined;
    }
  }

  #read({ nodeName, verb, plural, subresource, namespace, name }: NodeRequest): Decision {
    if (!READ.has(verb)) return refuse('can only read resources of this type');
    if (subresource) return refuse('cannot read subresource');
    if (!namespace) return refuse('can only read namespaced object of this type');
    if (!name) return refuse('No Object name found');
    return this.#named(nodeName, namespace, `${plural}/${name}`);
  }

  #createToken({ nodeName, verb, subresource, namespace, name }: NodeRequest): Decision {
    if (verb !== 'create' || !name) return refuse('can only create tokens for individual service accounts');
    if (subresource !== 'token') return refuse('can only create token subresource of serviceaccount');
    return this.#named(nodeName, namespace, `serviceaccounts/${name}`);
  }

  #named(nodeName: string, namespace: string, reference: string): Decision {
    return this.#podsByNode.names(nodeName, namespace, reference) ? ALLOW : unrelated(nodeName);
  }

  #usePod(request: NodeRequest): Decision {
    const { nodeName, verb, subresource, namespace, name } = request;
    if (subresource) return POD_SUBRESOURCE_VERBS[subresource]?.has(verb) ? ALLOW : NO_OPINION;
    if (verb === 'create' || verb === 'delete') return ALLOW;
    if (!READ.has(verb)) return NO_OPINION;
    if (verb !== 'get' && selectsNode(request)) return ALLOW;
    if (name) return this.#podsByNode.holds(nodeName, namespace, name) ? ALLOW : unrelated(nodeName);
    return refuse('can only list/watch pods with spec.nodeName field selector');
  }

  /** Made when first needed: a cluster whose node agents are all in this process never asks. */
  get #podsByNode(): PodsByNode {
    this.#pods ??= new PodsByNode(this.#store);
    return this.#pods;
  }
}

const ALLOW: Decision = { isAllowed: true };
const NO_OPINION: Decision = { isAllowed: false };
const refuse = (reason: string): Decision => ({ isAllowed: false, reason });
const unrelated = (nodeName: string): Decision =>
  refuse(`no relationship found between node '${nodeName}' and this object`);

const READ = new Set(['get', 'list', 'watch']);
const CHANGE = new Set(['update', 'patch']);
const POD_SUBRESOURCE_VERBS: Readonly<Record<string, ReadonlySet<string>>> = {
  status: CHANGE,
  eviction: new Set(['create']),
};
const LEASE_VERBS = new Set(['get', 'create', 'update', 'patch', 'delete']);

const selectsNode = ({ nodeName, fieldSelector = '' }: NodeRequest): boolean =>
  fieldSelector.split(',').some((term) => {
    const [field, value] = term.split(/==?/);
    return field === 'spec.nodeName' && value === nodeName;
  });

function useLease({ nodeName, verb, namespace, name }: NodeRequest): Decision {
  if (!LEASE_VERBS.has(verb)) return refuse('can only get, create, update, patch, or delete a node lease');
  if (namespace !== NODE_LEASE_NAMESPACE)
    return refuse(`can only access leases in the ${JSON.stringify(NODE_LEASE_NAMESPACE)} system namespace`);
  // A creation's name is in its body, which admission sees.
  if (verb !== 'create' && name !== nodeName)
    return refuse('can only access node lease with the same name as the requesting node');
  return ALLOW;
}

function useNode({ nodeName, verb, subresource, name }: NodeRequest): Decision {
  if (subresource) return subresource === 'status' && CHANGE.has(verb) ? ALLOW : NO_OPINION;
  if (verb === 'create' || CHANGE.has(verb)) return ALLOW;
  if (!READ.has(verb)) return NO_OPINION;
  if (name === nodeName) return ALLOW;
  return refuse(
    name
      ? `node '${nodeName}' cannot read '${name}', only its own Node object`
      : `node '${nodeName}' cannot read all nodes, only its own Node object`,
  );
}
