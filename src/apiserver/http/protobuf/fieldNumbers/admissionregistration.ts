import type { FieldOrder } from './fieldOrder.ts';

/** admissionregistration.k8s.io/v1 */
export const admissionregistration: FieldOrder = {
  MatchCondition: 'name expression',
  MutatingWebhook:
    'name clientConfig rules failurePolicy namespaceSelector sideEffects timeoutSeconds admissionReviewVersions matchPolicy reinvocationPolicy objectSelector matchConditions',
  MutatingWebhookConfiguration: 'metadata webhooks',
  MutatingWebhookConfigurationList: 'metadata items',
  Rule: 'apiGroups apiVersions resources scope',
  RuleWithOperations: 'operations ...Rule',
  ServiceReference: 'namespace name path port',
  ValidatingWebhook:
    'name clientConfig rules failurePolicy namespaceSelector sideEffects timeoutSeconds admissionReviewVersions matchPolicy objectSelector matchConditions',
  ValidatingWebhookConfiguration: 'metadata webhooks',
  ValidatingWebhookConfigurationList: 'metadata items',
  WebhookClientConfig: 'service caBundle url',
};
