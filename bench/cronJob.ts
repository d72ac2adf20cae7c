import { percentile, report } from './support/report.ts';
import { startServer } from './support/server.ts';

interface Job {
  metadata: { name: string; ownerReferences?: { name: string }[] };
}

const COUNT = 200;

/** How late the jobs of 200 CronJobs are seen that are all due at the same minute. */
export async function benchCronJobs(): Promise<void> {
  await using server = await startServer();
  const { api } = server;
  const template = {
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'alpine', command: ['true'] }] },
  };
  for (let index = 0; index < COUNT; index++) {
    const spec = { schedule: '* * * * *', jobTemplate: { spec: { template } } };
    await api.call('POST', '/apis/batch/v1/namespaces/default/cronjobs', {
      metadata: { name: `cron-${index}` },
      spec,
    });
  }
  const minute = Math.ceil((Date.now() + 2_000) / 60_000);
  const lateness: number[] = [];
  await api.until<Job>('/apis/batch/v1/namespaces/default/jobs', undefined, ({ metadata }, type) => {
    const isDue = type === 'ADDED' && metadata.name.endsWith(`-${minute}`);
    if (isDue) lateness.push(Date.now() - minute * 60_000);
    return lateness.length === COUNT;
  });
  report('200 CronJobs due in one minute: job seen late by, p50', 'ms', [percentile(lateness, 50)]);
  report('200 CronJobs due in one minute: job seen late by, p99', 'ms', [percentile(lateness, 99)]);
}
