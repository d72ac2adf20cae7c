import { StatusError } from '../../../apimachinery/errors.ts';
import { nameOf } from '../../../apimachinery/object.ts';
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '../../../generated/types.ts';
import { ValidatingAdmissionPolicies, ValidatingAdmissionPolicyBindings } from '../../../resources/kinds.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { Registry } from '../../registry/registry.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../admission.ts';
import { CelRequest } from '../cel/celRequest.ts';
import { isExempt } from '../matching/isExempt.ts';
import { refuse } from '../refuse.ts';
import { invocationsOf, namespaceObject } from './policyInvocations.ts';
import { type PolicyHook, PolicySource } from './policySource.ts';
import { PolicyVariables } from './policyVariables.ts';
import { type Denial, Validator } from './validator.ts';

type Hook = PolicyHook<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, Validator>;

const TYPES = {
  policies: ValidatingAdmissionPolicies,
  bindings: ValidatingAdmissionPolicyBindings,
  compile: (policy: ValidatingAdmissionPolicy) => new Validator(policy),
};

/** Upstream's ValidatingAdmissionPolicy: has the policies of the cluster judge requests. */
export function validatingAdmissionPolicy(
  registry: () => Registry,
  authorizer: () => Authorizer,
): AdmissionPlugin {
  let source:
    | PolicySource<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, Validator>
    | undefined;
  return {
    coversCustomKinds: true,
    validate(request) {
      source ??= new PolicySource(registry().parts.store, TYPES);
      const { hooks } = source;
      if (hooks.length > 0 && !isExempt(request)) judge(hooks, request, registry(), authorizer());
    },
  };
}

/** All that is to be warned of is, whatever is refused. Of several refusals, the first is told. */
function judge(
  hooks: readonly Hook[],
  request: AdmissionRequest,
  registry: Registry,
  authorizer: Authorizer,
): void {
  const refusals: StatusError[] = [];
  const requests = new Map<string, CelRequest>();
  const namespace = namespaceObject(registry, request);
  for (const invocation of invocationsOf(registry, hooks, request)) {
    const { hook, binding } = invocation;
    if (invocation.kind === 'misconfigured') {
      const isIgnored = hook.policy.spec.failurePolicy === 'Ignore';
      if (!isIgnored) refusals.push(refusal(request, hook, binding, invocation));
    } else {
      const { type, params } = invocation;
      const version = `${type.resource.group}/${type.resource.version}`;
      const seen = requests.getOrInsertComputed(version, () => new CelRequest(request, authorizer, type));
      const variables = new PolicyVariables(seen, params, namespace, hook.compiled.declared);
      for (const denial of hook.compiled.validate(variables)) {
        refusals.push(...consequences(request, hook, invocation.binding, denial));
      }
    }
  }
  if (refusals[0]) throw refusals[0];
}

/** What a binding says is to be done about a denial. Nothing is noted for an audit: there is none. */
function consequences(
  request: AdmissionRequest,
  hook: Hook,
  binding: ValidatingAdmissionPolicyBinding,
  denial: Denial,
): StatusError[] {
  const { validationActions = [] } = binding.spec;
  if (denial.isOfAudit || validationActions.includes('Deny'))
    return [refusal(request, hook, binding, denial)];
  if (validationActions.includes('Warn')) {
    request.warn?.(`Validation failed for ${inWords(hook, binding)}: ${denial.message}`);
  }
  return [];
}

const inWords = ({ policy }: Hook, binding: ValidatingAdmissionPolicyBinding | undefined): string =>
  `ValidatingAdmissionPolicy '${nameOf(policy)}'${binding ? ` with binding '${nameOf(binding)}'` : ''}`;

function refusal(
  request: AdmissionRequest,
  hook: Hook,
  binding: ValidatingAdmissionPolicyBinding | undefined,
  { message, reason = 'Invalid' }: Denial,
): StatusError {
  const told = `${inWords(hook, binding)} denied request: ${message}`;
  const { message: whole, details } = refuse(request, told);
  return new StatusError(reason, whole, { ...details, causes: [{ message: told }] });
}
