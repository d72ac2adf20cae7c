import { messageOf, StatusError, type StatusReason } from '../../../apimachinery/errors.ts';
import { deepCopy, deepEqual, nameOf } from '../../../apimachinery/object.ts';
import type { JsonObject } from '../../../apimachinery/patch/jsonValue.ts';
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from '../../../generated/types.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { Registry } from '../../registry/registry.ts';
import type { AdmissionRequest } from '../admission.ts';
import { CelRequest } from '../cel/celRequest.ts';
import { Reinvocation } from '../matching/reinvocation.ts';
import { shownObject } from '../matching/shownObject.ts';
import { refuse } from '../refuse.ts';
import { changedObject, definitionFor, takeBack } from '../webhooks/patchedObject.ts';
import type { Mutator } from './mutator.ts';
import { patched } from './patcher.ts';
import { invocationsOf, namespaceObject, type PolicyInvocation } from './policyInvocations.ts';
import type { PolicyHook } from './policySource.ts';
import { PolicyVariables } from './policyVariables.ts';

export type MutatingHook = PolicyHook<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, Mutator>;
type Invocation = PolicyInvocation<MutatingHook, MutatingAdmissionPolicyBinding>;
type Run = Extract<Invocation, { kind: 'run' }>;

/**
 * One request's way through the policies that change objects: one after the other, each sees what the last one left. Once one of them has
 * changed the object, the plugins look at it again, and so do policies with `IfNeeded` that saw it before; none looks a third time.
 */
export class PolicyMutation {
  readonly #registry: Registry;
  readonly #authorizer: Authorizer;
  readonly #request: AdmissionRequest;
  readonly #refusals: StatusError[] = [];
  readonly #messages: string[] = [];
  readonly #reinvocation = new Reinvocation<Run>();

  constructor(registry: Registry, authorizer: Authorizer, request: AdmissionRequest) {
    this.#registry = registry;
    this.#authorizer = authorizer;
    this.#request = request;
  }

  run(hooks: readonly MutatingHook[], readmit: () => void): void {
    const runs: Run[] = [];
    for (const invocation of invocationsOf(this.#registry, hooks, this.#request)) {
      if (invocation.kind === 'run') runs.push(invocation);
      else this.#fail(invocation, invocation.message);
    }
    const before = deepCopy(this.#request.object);
    for (const run of runs) this.#invoke(run);
    this.#refuse();
    if (deepEqual(before, this.#request.object)) return;
    const left = deepCopy(this.#request.object);
    readmit();
    if (!deepEqual(left, this.#request.object)) this.#reinvocation.noteChange();
    for (const run of runs) if (this.#reinvocation.isDue(run)) this.#invoke(run);
    this.#refuse();
  }

  #invoke(run: Run): void {
    const { hook, type } = run;
    const match = hook.compiled.conditions.match(this.#variables(run));
    if (match.kind === 'error') this.#fail(run, match.message, 'Invalid');
    if (match.kind !== 'matches') return;
    const before = deepCopy(this.#request.object);
    const definition = definitionFor(this.#request, type);
    for (const patcher of hook.compiled.patchers) {
      try {
        const shown = shownObject(this.#request, type, this.#request.object)!;
        const next = patched(patcher, this.#variables(run), shown as unknown as JsonObject, definition);
        takeBack(this.#request, type, changedObject(this.#request, type, next));
      } catch (error) {
        if (error instanceof StatusError) throw error;
        this.#fail(run, messageOf(error), 'Invalid');
      }
    }
    if (!deepEqual(before, this.#request.object)) this.#reinvocation.noteChange();
    if (hook.policy.spec.reinvocationPolicy === 'IfNeeded') this.#reinvocation.noteAsked(run);
  }

  /** Made anew each time: the object may be another one. */
  #variables({ hook, type, params }: Run): PolicyVariables {
    const request = new CelRequest(this.#request, this.#authorizer, type);
    const namespace = namespaceObject(this.#registry, this.#request);
    return new PolicyVariables(request, params, namespace, hook.compiled.declared);
  }

  #fail(
    { hook: { policy }, binding }: Invocation,
    message: string,
    reason: StatusReason = 'Forbidden',
  ): void {
    if (policy.spec.failurePolicy === 'Ignore') return;
    const who = binding
      ? `policy '${nameOf(policy)}' with binding '${nameOf(binding)}'`
      : `policy "${nameOf(policy)}"`;
    this.#messages.push(`${who} denied request: ${message}`);
    const { details } = refuse(this.#request, '');
    this.#refusals.push(new StatusError(reason, this.#messages.at(-1)!, details, 403));
  }

  /** The first is told, all are listed. */
  #refuse(): void {
    const [first] = this.#refusals;
    if (!first) return;
    const causes = this.#messages.map((message) => ({ message }));
    throw new StatusError(first.reason, first.message, { ...first.details, causes }, first.code);
  }
}
