import type {
  MatchResources,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '../../../../generated/types.ts';

/** `jobs` or `apps/daemonsets`, on creation and update. */
export function resources(...names: string[]): MatchResources {
  return {
    resourceRules: names.map((name) => {
      const [resource = '', group = ''] = name.split('/').toReversed();
      return {
        apiGroups: [group],
        apiVersions: ['*'],
        operations: ['CREATE', 'UPDATE'],
        resources: [resource],
      };
    }),
  };
}

export const policy = (
  spec: Partial<ValidatingAdmissionPolicy['spec']>,
  name = 'limits',
): ValidatingAdmissionPolicy => ({
  metadata: { name },
  spec: { matchConstraints: resources('batch/jobs'), ...spec },
});

export const binding = (
  spec: Partial<ValidatingAdmissionPolicyBinding['spec']> = {},
  name = 'everywhere',
): ValidatingAdmissionPolicyBinding => ({
  metadata: { name },
  spec: { policyName: 'limits', validationActions: ['Deny'], ...spec },
});
