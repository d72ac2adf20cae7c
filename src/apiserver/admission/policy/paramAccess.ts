import { invalid } from '../../../apimachinery/errors.ts';
import { type FieldError, forbiddenField } from '../../../apimachinery/fieldErrors.ts';
import { deepEqual, nameOf, splitApiVersion } from '../../../apimachinery/object.ts';
import type { ResourceType } from '../../../apimachinery/resourceType.ts';
import type {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  ParamKind,
} from '../../../generated/types.ts';
import {
  MutatingAdmissionPolicies,
  MutatingAdmissionPolicyBindings,
  ValidatingAdmissionPolicies,
  ValidatingAdmissionPolicyBindings,
} from '../../../resources/kinds.ts';
import { MASTERS, type User } from '../../authentication/user.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { Registry } from '../../registry/registry.ts';
import { storageKey } from '../../registry/target.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../admission.ts';

/** Of each kind of binding, the kind of its policies. */
const POLICIES_OF: Readonly<Record<string, ResourceType>> = {
  [ValidatingAdmissionPolicyBindings.kind]: ValidatingAdmissionPolicies,
  [MutatingAdmissionPolicyBindings.kind]: MutatingAdmissionPolicies,
};
const POLICY_KINDS: ReadonlySet<string> = new Set(Object.values(POLICIES_OF).map(({ kind }) => kind));

/**
 * Nobody has a policy read parameters for him that he may not read himself: its messages could tell what is in them (upstream's rule of the
 * storage of policies and bindings).
 */
export const paramAccess = (registry: () => Registry, authorizer: () => Authorizer): AdmissionPlugin => ({
  validate(request) {
    const { resource, object, user } = request;
    if (resource.group !== ValidatingAdmissionPolicies.group || !object) return;
    if (user.groups.includes(MASTERS)) return;
    const error = problemOf(request, registry, authorizer);
    if (error) throw invalid(resource, nameOf(object), [error]);
  },
});

function problemOf(
  request: AdmissionRequest,
  registry: () => Registry,
  authorizer: () => Authorizer,
): FieldError | undefined {
  const { kind } = request.resource;
  if (POLICY_KINDS.has(kind)) return policyProblem(request, registry(), authorizer());
  const policies = POLICIES_OF[kind];
  return policies && bindingProblem(request, policies, registry(), authorizer());
}

function policyProblem(
  request: AdmissionRequest,
  registry: Registry,
  authorizer: Authorizer,
): FieldError | undefined {
  const { paramKind } = (request.object as MutatingAdmissionPolicy).spec;
  const before = (request.stored as MutatingAdmissionPolicy | undefined)?.spec.paramKind;
  if (!paramKind || deepEqual(paramKind, before)) return undefined;
  const resource = { ...collectionOf(registry, paramKind), subresource: '', namespace: '*', name: '*' };
  if (authorizer.authorize(request.user, { verb: 'get', resource }).isAllowed) return undefined;
  const { kind, apiVersion } = paramKind;
  const what = `(kind=${kind}, apiVersion=${apiVersion})`;
  return forbiddenField(
    'spec.paramKind',
    `user ${goUser(request.user)} must have "get" permission on all objects of the referenced paramKind ${what}`,
  );
}

function bindingProblem(
  request: AdmissionRequest,
  policies: ResourceType,
  registry: Registry,
  authorizer: Authorizer,
): FieldError | undefined {
  const { paramRef, policyName = '' } = (request.object as MutatingAdmissionPolicyBinding).spec;
  const before = (request.stored as MutatingAdmissionPolicyBinding | undefined)?.spec;
  if (!paramRef) return undefined;
  if (before && deepEqual(paramRef, before.paramRef) && policyName === before.policyName) return undefined;
  const policy = registry.parts.store.get(storageKey(policies, undefined, policyName))?.object;
  const { paramKind } = (policy as MutatingAdmissionPolicy | undefined)?.spec ?? {};
  const { name = '', namespace = '' } = paramRef;
  const resource = { ...collectionOf(registry, paramKind), subresource: '', namespace, name };
  if (authorizer.authorize(request.user, { verb: 'get', resource }).isAllowed) return undefined;
  return forbiddenField(
    'spec.paramRef',
    `user ${goUser(request.user)} does not have "get" permission on the object referenced by paramRef`,
  );
}

/** Of what is not known, all. */
function collectionOf(
  registry: Registry,
  paramKind: ParamKind | undefined,
): { group: string; plural: string } {
  if (!paramKind) return { group: '*', plural: '*' };
  const { apiVersion = '', kind = '' } = paramKind;
  const { group, version } = splitApiVersion(apiVersion);
  return { group, plural: registry.resourceOfKind({ group, version, kind })?.plural ?? '*' };
}

/** A user as Go prints its structure. */
const goUser = ({ name, uid = '', groups, extra = {} }: User): string => {
  const extras = Object.entries(extra).map(([key, values]) => `${key}:[${values.join(' ')}]`);
  return `&{${name} ${uid} [${groups.join(' ')}] map[${extras.toSorted().join(' ')}]}`;
};
