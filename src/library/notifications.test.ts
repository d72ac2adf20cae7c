import { expect, test } from 'vitest';
import { createCluster, type Notification } from '../index.ts';

const manifest = `
  apiVersion: batch/v1
  kind: CronJob
  metadata:
    name: backup
    annotations: { sampan.dev/notify: "https://hooks.example/x" }
  spec:
    schedule: "0 3 * * *"
    jobTemplate:
      spec:
        backoffLimit: 0
        template:
          spec:
            restartPolicy: Never
            containers: [{ name: backup, image: example/backup, command: [sh, -c, "sleep 20; exit 1"] }]
`;

test('a test gets notifications instead of the network, and answers for the receiver', async () => {
  const told: Notification[] = [];
  await using cluster = await createCluster({
    nodes: 1,
    onNotification: (notification) => (told.push(notification) === 1 ? 503 : 204),
  });
  await cluster.apply(manifest);
  await cluster.clock.advance('1d');
  expect(told.map(({ url, body }) => [url, body.event])).toEqual([
    ['https://hooks.example/x', 'JobFailed'],
    ['https://hooks.example/x', 'JobFailed'],
  ]);
  expect(told[0]!.headers['Idempotency-Key']).toBe(told[1]!.headers['Idempotency-Key']);
});
