import type { RuleWithOperations } from '../../../../generated/types.ts';
import type { Webhook } from '../../../../resources/admissionregistration/webhookValidation.ts';
import { ServiceAccounts } from '../../../../resources/kinds.ts';
import { startServer } from '../../../testing/server.ts';
import { WebhookServer } from '../../../webhooks/testing/webhookServer.ts';
import { account } from '../../testing.ts';

export const ofPods: RuleWithOperations = {
  operations: ['*'],
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['pods'],
};

export const webhook = (clientConfig: Webhook['clientConfig'], rest: Partial<Webhook> = {}): Webhook => ({
  name: 'a.example.com',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig,
  rules: [ofPods],
  ...rest,
});

export const configuration = (name: string, ...webhooks: Webhook[]) => ({ metadata: { name }, webhooks });

export const ALLOWED = { allowed: true };

export const patchOf = (...operations: object[]) => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
});

/** Sets a label, whether or not there are any. */
export const labelling = (request: ReviewRequest, key: string, value = 'yes') =>
  request.object?.metadata?.labels
    ? patchOf({ op: 'add', path: `/metadata/labels/${key}`, value })
    : patchOf({ op: 'add', path: '/metadata/labels', value: { [key]: value } });

// biome-ignore lint/suspicious/noExplicitAny: tests look into requests of every kind
export type ReviewRequest = any;

/** A webhook that answers reviews in their own version; `respond` gets the request, and the path at which it was asked. */
export const reviewing = (
  respond: (request: ReviewRequest, path: string) => object,
): Promise<WebhookServer> =>
  WebhookServer.start(({ body: { kind, apiVersion, request }, path }) => ({
    kind,
    apiVersion,
    response: { uid: request.uid, ...respond(request, path.replace(/\?.*/, '')) },
  }));

/** An API server with the account that a controller would have made for the pods of `default`. */
export async function startWithAccount() {
  const started = await startServer();
  await started.client.create(ServiceAccounts, account('default'));
  return started;
}
