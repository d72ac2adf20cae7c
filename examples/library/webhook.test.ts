import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createCluster, webhookCertificate } from 'sampan';
import { expect, test } from 'vitest';

const { key, cert, caBundle } = await webhookCertificate();

interface Review {
  kind: string;
  apiVersion: string;
  request: { uid: string; object: { metadata: { labels?: { team?: string } } } };
}

/** The webhook of an operator, as one would write it for any cluster: no job without a team. */
async function startWebhook() {
  const server = createServer({ key, cert }, async (request, response) => {
    const { kind, apiVersion, request: review } = (await json(request)) as Review;
    const { team } = review.object.metadata.labels ?? {};
    const status = { code: 403, reason: 'Forbidden', message: 'whose is it? Say so in the label team' };
    const answer = { uid: review.uid, allowed: team !== undefined, ...(team === undefined && { status }) };
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ kind, apiVersion, response: answer }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const job = (name: string, labels: string) => `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, labels: ${labels} }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: example/report, command: [sleep, "60"] }]
`;

test('a job needs a team', async () => {
  await using cluster = await createCluster();
  const server = await startWebhook();
  const { port } = server.address() as AddressInfo;
  await cluster.apply(`
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: { name: teams }
    webhooks:
      - name: teams.example.com
        admissionReviewVersions: [v1]
        sideEffects: None
        clientConfig: { url: "https://127.0.0.1:${port}/", caBundle: ${caBundle} }
        rules: [{ operations: [CREATE], apiGroups: [batch], apiVersions: [v1], resources: [jobs] }]
  `);

  await expect(cluster.apply(job('nobodys', '{}'))).rejects.toThrow(
    'admission webhook "teams.example.com" denied the request: whose is it?',
  );
  await cluster.apply(job('ours', '{ team: blue }'));
  await cluster.waitFor('job/ours', 'complete');
  server.close();
});
