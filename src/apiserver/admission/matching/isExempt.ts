import type { AdmissionRequest } from '../admission.ts';

const GROUP = 'admissionregistration.k8s.io';
const KINDS: ReadonlySet<string> = new Set([
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
]);

/** What says how requests are admitted is admitted by nobody: else a cluster could lock itself. */
export const isExempt = ({ resource: { group, kind } }: AdmissionRequest): boolean =>
  group === GROUP && KINDS.has(kind);
