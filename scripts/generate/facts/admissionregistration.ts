import type { DefinitionFacts } from './notation.ts';

/** Who is asked before something is written. */
export const admissionregistration: DefinitionFacts = {
  MatchCondition: {},
  MutatingWebhook: {
    admissionReviewVersions: 'list=atomic',
    failurePolicy: 'pointer go=v1.FailurePolicyType',
    matchConditions: 'list=map(name) merge(name)',
    matchPolicy: 'pointer go=v1.MatchPolicyType',
    reinvocationPolicy: 'pointer go=v1.ReinvocationPolicyType',
    rules: 'list=atomic',
    sideEffects: 'pointer go=v1.SideEffectClass',
    timeoutSeconds: 'pointer',
  },
  MutatingWebhookConfiguration: { metadata: 'value', webhooks: 'list=map(name) merge(name)' },
  MutatingWebhookConfigurationList: { metadata: 'value' },
  RuleWithOperations: {
    apiGroups: 'list=atomic',
    apiVersions: 'list=atomic',
    operations: 'list=atomic go=[]v1.OperationType',
    resources: 'list=atomic',
    scope: 'pointer go=v1.ScopeType',
  },
  ServiceReference: { path: 'pointer', port: 'pointer' },
  ValidatingWebhook: {
    admissionReviewVersions: 'list=atomic',
    failurePolicy: 'pointer go=v1.FailurePolicyType',
    matchConditions: 'list=map(name) merge(name)',
    matchPolicy: 'pointer go=v1.MatchPolicyType',
    rules: 'list=atomic',
    sideEffects: 'pointer go=v1.SideEffectClass',
    timeoutSeconds: 'pointer',
  },
  ValidatingWebhookConfiguration: { metadata: 'value', webhooks: 'list=map(name) merge(name)' },
  ValidatingWebhookConfigurationList: { metadata: 'value' },
  WebhookClientConfig: { url: 'pointer' },
};
