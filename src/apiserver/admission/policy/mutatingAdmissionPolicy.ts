import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from '../../../generated/types.ts';
import { MutatingAdmissionPolicies, MutatingAdmissionPolicyBindings } from '../../../resources/kinds.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { Registry } from '../../registry/registry.ts';
import type { AdmissionPlugin } from '../admission.ts';
import { isExempt } from '../matching/isExempt.ts';
import { Mutator } from './mutator.ts';
import { PolicyMutation } from './policyMutation.ts';
import { PolicySource } from './policySource.ts';

const TYPES = {
  policies: MutatingAdmissionPolicies,
  bindings: MutatingAdmissionPolicyBindings,
  compile: (policy: MutatingAdmissionPolicy) => new Mutator(policy),
};

/** Upstream's MutatingAdmissionPolicy: has the policies of the cluster change what is to be stored. */
export function mutatingAdmissionPolicy(
  registry: () => Registry,
  authorizer: () => Authorizer,
): AdmissionPlugin {
  let source: PolicySource<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, Mutator> | undefined;
  return {
    coversCustomKinds: true,
    mutate(request, readmit) {
      source ??= new PolicySource(registry().parts.store, TYPES);
      const { hooks } = source;
      if (hooks.length === 0 || !request.object || isExempt(request)) return undefined;
      new PolicyMutation(registry(), authorizer(), request).run(hooks, readmit);
      return undefined;
    },
  };
}
