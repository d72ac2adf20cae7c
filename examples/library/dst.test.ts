import { createCluster } from 'sampan';
import { expect, test } from 'vitest';

test('the nightly report of Berlin runs once in the night that has no 2:30', async () => {
  await using cluster = await createCluster({ startTime: '2027-03-27T12:00+01:00' });
  await cluster.apply(`
    apiVersion: batch/v1
    kind: CronJob
    metadata: { name: report }
    spec:
      schedule: "30 3 * * *"
      timeZone: Europe/Berlin
      jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: report, image: example/report, command: [sh, -c, "sleep 600"] }]
  `);
  await cluster.clock.advanceTo('2027-03-28T03:29+02:00');
  expect((await cluster.client.list('batch/v1', 'Job')).items).toEqual([]);
  await cluster.clock.advanceTo('2027-03-28T03:45+02:00');
  const [job] = (await cluster.client.list('batch/v1', 'Job')).items;
  expect(job?.metadata.creationTimestamp).toBe('2027-03-28T01:30:00Z');
  expect(job?.status?.succeeded).toBe(1);
});
