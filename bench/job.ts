import { repeat, report, timed } from './support/report.ts';
import { startServer } from './support/server.ts';

interface Job {
  metadata: { name: string };
  status?: { conditions?: { type: string; status: string }[] };
}

const JOBS = '/apis/batch/v1/namespaces/default/jobs';
const template = {
  spec: {
    restartPolicy: 'Never',
    containers: [{ name: 'main', image: 'alpine', command: ['/bin/sh', '-c', 'exit 0'] }],
  },
};
const isComplete = ({ status }: Job) =>
  status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') ?? false;

/** Many completions of one job, and many jobs at once. */
export async function benchJobs(runs: number): Promise<void> {
  const one = await repeat(runs, async () => {
    await using server = await startServer();
    return await timed(async () => {
      const done = server.api.until<Job>(JOBS, 'large', isComplete);
      await server.api.call('POST', JOBS, {
        metadata: { name: 'large' },
        spec: { completions: 1000, parallelism: 100, template },
      });
      await done;
    });
  });
  report('Job of 1,000 completions, parallelism 100', 'ms', one);
  const many = await repeat(runs, async () => {
    await using server = await startServer();
    const done = new Set<string>();
    return await timed(async () => {
      const allDone = server.api.until<Job>(
        JOBS,
        undefined,
        (job) => isComplete(job) && done.add(job.metadata.name).size === 200,
      );
      const create = (_: unknown, index: number) =>
        server.api.call('POST', JOBS, { metadata: { name: `job-${index}` }, spec: { template } });
      await Promise.all(Array.from({ length: 200 }, create));
      await allDone;
    });
  });
  report('200 Jobs at once, all done', 'ms', many);
}
