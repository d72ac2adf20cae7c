import type { ClusterAuthorizer } from '../authorization/authorizerChain.ts';
import type { Registry } from '../registry/registry.ts';
import type { WebhookClient } from '../webhooks/webhookClient.ts';
import type { AdmissionPlugin } from './admission.ts';
import { certificateRequester } from './certificateRequester.ts';
import { certificateSubjectRestriction } from './certificateSubjectRestriction.ts';
import { daemonsNotReady } from './daemonsNotReady.ts';
import { defaultTolerationSeconds } from './defaultTolerationSeconds.ts';
import { limitRanger } from './limitRanger.ts';
import { namespaceLifecycle } from './namespaceLifecycle.ts';
import { nodeRestriction } from './nodeRestriction.ts';
import { podSecurity } from './podSecurity/podSecurity.ts';
import { mutatingAdmissionPolicy } from './policy/mutatingAdmissionPolicy.ts';
import { paramAccess } from './policy/paramAccess.ts';
import { validatingAdmissionPolicy } from './policy/validatingAdmissionPolicy.ts';
import { priority } from './priority.ts';
import { QuotaAdmission } from './resourceQuota.ts';
import { roleEscalation } from './roleEscalation.ts';
import { serviceAccount } from './serviceAccount.ts';
import { serviceAddresses } from './serviceAddresses.ts';
import { taintNodesByCondition } from './taintNodesByCondition.ts';
import { WebhookAdmission } from './webhooks/webhookAdmission.ts';

/** Every admission plugin, in the order in which they run, which is upstream's; those that upstream builds into its storage come last. */
export const allPlugins = (
  registry: () => Registry,
  authorizer: () => ClusterAuthorizer,
  webhooks: WebhookClient,
): readonly AdmissionPlugin[] => [
  namespaceLifecycle,
  limitRanger(registry),
  serviceAccount(registry),
  nodeRestriction(registry),
  taintNodesByCondition,
  podSecurity(registry),
  daemonsNotReady(registry),
  priority(registry),
  defaultTolerationSeconds,
  certificateRequester,
  certificateSubjectRestriction,
  roleEscalation(authorizer),
  paramAccess(registry, authorizer),
  mutatingAdmissionPolicy(registry, authorizer),
  validatingAdmissionPolicy(registry, authorizer),
  new WebhookAdmission(registry, authorizer, webhooks),
  new QuotaAdmission(registry),
  serviceAddresses(registry),
];
