import { messageOf } from '../../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type { MatchResources, ParamKind, ParamRef } from '../../../generated/types.ts';
import { Namespaces } from '../../../resources/kinds.ts';
import type { Registry } from '../../registry/registry.ts';
import { storageKey } from '../../registry/target.ts';
import type { AdmissionRequest } from '../admission.ts';
import type { AdmittedType } from '../matching/admittedType.ts';
import { namespaceOf } from '../matching/namespaceOf.ts';
import type { FindNamespace } from '../matching/selectors.ts';
import { matchResources } from './matchResources.ts';
import { collectParams, paramResource } from './policyParams.ts';
import type { PolicyHook } from './policySource.ts';

interface AnyPolicy extends KubernetesObject {
  spec: { matchConstraints?: MatchResources; paramKind?: ParamKind };
}

interface AnyBinding extends KubernetesObject {
  spec: { matchResources?: MatchResources; paramRef?: ParamRef };
}

/** A policy that is to look at a request, once for each set of parameters. */
interface Run<Hook, B> {
  readonly kind: 'run';
  readonly hook: Hook;
  readonly binding: B;
  /** In which version of the API the policy takes the request. */
  readonly type: AdmittedType;
  readonly params: unknown;
}

/** A policy that ought to look at a request, but cannot. */
interface Misconfigured<Hook, B> {
  readonly kind: 'misconfigured';
  readonly hook: Hook;
  readonly binding?: B;
  readonly message: string;
}

export type PolicyInvocation<Hook, B> = Run<Hook, B> | Misconfigured<Hook, B>;

type Invocations<P, B, Compiled> = Generator<PolicyInvocation<PolicyHook<P, B, Compiled>, B>>;

/** Which policies look at a request, by which bindings and with which parameters, in this order. */
export function* invocationsOf<P extends AnyPolicy, B extends AnyBinding, Compiled>(
  registry: Registry,
  hooks: readonly PolicyHook<P, B, Compiled>[],
  request: AdmissionRequest,
): Invocations<P, B, Compiled> {
  const find: FindNamespace = (name) => namespaceIn(registry, name);
  for (const hook of hooks) {
    const { matchConstraints = {}, paramKind } = hook.policy.spec;
    const own = attempt(() => {
      const type = matchResources(matchConstraints, request, find);
      return type && { type, resource: paramResource(registry, paramKind) };
    });
    if ('error' in own) {
      yield { kind: 'misconfigured', hook, message: `failed to configure policy: ${own.error}` };
    } else if (own.value) {
      const { type, resource } = own.value;
      const paramsFor = ({ spec: { matchResources: narrowed, paramRef } }: B) =>
        narrowed && !matchResources(narrowed, request, find)
          ? []
          : collectParams(registry, resource, paramRef, namespaceOf(request));
      for (const binding of hook.bindings) yield* runsOf(hook, binding, type, paramsFor);
    }
  }
}

function* runsOf<P, B, Compiled>(
  hook: PolicyHook<P, B, Compiled>,
  binding: B,
  type: AdmittedType,
  paramsFor: (binding: B) => readonly unknown[],
): Invocations<P, B, Compiled> {
  const found = attempt(() => paramsFor(binding));
  if ('error' in found) {
    const message = `failed to configure binding: ${found.error}`;
    yield { kind: 'misconfigured', hook, binding, message };
  } else {
    for (const params of found.value) yield { kind: 'run', hook, binding, type, params };
  }
}

/** The namespace that a request is in; none of a request about a namespace. */
export function namespaceObject(
  registry: Registry,
  { namespace }: AdmissionRequest,
): KubernetesObject | undefined {
  return namespace ? namespaceIn(registry, namespace) : undefined;
}

const namespaceIn = ({ parts: { store } }: Registry, name: string): KubernetesObject | undefined =>
  store.get(storageKey(Namespaces, undefined, name))?.object;

function attempt<T>(run: () => T): { readonly value: T } | { readonly error: string } {
  try {
    return { value: run() };
  } catch (error) {
    return { error: messageOf(error) };
  }
}
