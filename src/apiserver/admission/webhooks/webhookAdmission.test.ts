import { expect, test } from 'vitest';
import { MutatingWebhookConfigurations, ValidatingWebhookConfigurations } from '../../../resources/kinds.ts';
import { nodes } from '../../../resources/node.ts';
import { pods } from '../../../resources/pod/pod.ts';
import type { Resource } from '../../../resources/resource.ts';
import { pod } from '../../testing/registry.ts';
import type { AdmissionRequest } from '../admission.ts';
import { ALLOWED, configuration, reviewing, startWithAccount, webhook } from './testing/webhooks.ts';

const creation = (resource: Resource): AdmissionRequest => ({
  operation: 'CREATE',
  resource,
  namespace: resource.namespaced ? 'default' : undefined,
  name: 'web',
  object: pod('web'),
  user: { name: 'alice', groups: [] },
});

test('only a request that some webhook wants to see is waited for', async () => {
  await using server = await reviewing(() => ALLOWED);
  const { client, server: apiServer } = await startWithAccount();
  const { admission } = apiServer.registry.parts;
  const waits = (resource: Resource) =>
    [admission.mutate(creation(resource)), admission.review(creation(resource))].map(
      (wait) => wait !== undefined,
    );
  expect(waits(pods)).toEqual([false, false]);
  const ofPods = configuration('a', webhook(server.config()));
  await client.create(MutatingWebhookConfigurations, ofPods);
  expect(waits(pods)).toEqual([true, false]);
  expect(waits(nodes)).toEqual([false, false]);
  await client.create(ValidatingWebhookConfigurations, ofPods);
  expect(waits(pods)).toEqual([true, true]);
  await apiServer.webhooksUnderWay();
});
