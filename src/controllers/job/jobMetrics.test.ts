import { expect, test } from 'vitest';
import type { Job, JobSpec, Pod } from '../../generated/types.ts';
import { Jobs } from '../../resources/kinds.ts';
import type { Metrics } from '../framework/metrics.ts';
import { TestCluster } from '../testing/cluster.ts';
import type { Life } from '../testing/podLife.ts';
import { JobController } from './controller.ts';
import { COMPLETION_INDEX } from './jobFacts.ts';

/** Counters as they stand on the page: name, labels in their order, and count. */
class Page implements Metrics {
  readonly #counters = new Map<string, number>();

  count(name: string, labels: Readonly<Record<string, string>>, by = 1): void {
    const line = `${name.replace('job_controller_', '')}{${Object.values(labels).join(',')}}`;
    this.#counters.set(line, (this.#counters.get(line) ?? 0) + by);
  }
  observe(): void {}

  of(...names: string[]): Record<string, number> {
    return Object.fromEntries(
      [...this.#counters].filter(([line]) => names.some((name) => line.startsWith(`${name}{`))),
    );
  }
}

async function pageAfter(spec: Partial<JobSpec>, lifeOf: (pod: Pod) => Life): Promise<Page> {
  const cluster = await TestCluster.start(lifeOf);
  const page = new Page();
  await cluster.run((context, run) => run(new JobController(context)), { metrics: page });
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
  const job: Job = {
    metadata: { name: 'job', namespace: 'default' },
    spec: { template, ...spec } as JobSpec,
  };
  await cluster.client.create(Jobs, job);
  await cluster.clock.advance(600_000);
  return page;
}

test('a job with one failure: pods made and ended, the job that finished, finalizers that came and went', async () => {
  let started = 0;
  const lifeOf = () => ({ endsAfterSeconds: 5, exitCode: started++ === 0 ? 1 : 0 });
  const page = await pageAfter({ completions: 2 }, lifeOf);
  expect(
    page.of(
      'job_pods_creation_total',
      'job_pods_finished_total',
      'jobs_finished_total',
      'terminated_pods_tracking_finalizer_total',
    ),
  ).toEqual({
    'job_pods_creation_total{new,succeeded}': 1,
    'job_pods_creation_total{recreate_terminating_or_failed,succeeded}': 2,
    'job_pods_finished_total{NonIndexed,failed}': 1,
    'job_pods_finished_total{NonIndexed,succeeded}': 2,
    'jobs_finished_total{NonIndexed,succeeded,CompletionsReached}': 1,
    'terminated_pods_tracking_finalizer_total{add}': 3,
    'terminated_pods_tracking_finalizer_total{delete}': 3,
  });
  expect(Object.keys(page.of('job_syncs_total'))).toEqual(
    expect.arrayContaining(
      ['pods_created', 'tracking', 'reconciling'].map(
        (action) => `job_syncs_total{NonIndexed,success,${action}}`,
      ),
    ),
  );
});

test('an Indexed job with a limit per index: indexes, and failures that a policy decided', async () => {
  const failsAtOne = ({ metadata }: Pod) => ({
    endsAfterSeconds: 5,
    exitCode: metadata.annotations?.[COMPLETION_INDEX] === '1' ? 3 : 0,
  });
  const page = await pageAfter(
    {
      completionMode: 'Indexed',
      completions: 3,
      parallelism: 3,
      backoffLimitPerIndex: 2,
      podFailurePolicy: {
        rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [3] } }],
      },
    },
    failsAtOne,
  );
  expect(
    page.of(
      'job_finished_indexes_total',
      'jobs_finished_total',
      'pod_failures_handled_by_failure_policy_total',
    ),
  ).toEqual({
    'job_finished_indexes_total{succeeded,perIndex}': 2,
    'job_finished_indexes_total{failed,perIndex}': 1,
    'jobs_finished_total{Indexed,failed,FailedIndexes}': 1,
    'pod_failures_handled_by_failure_policy_total{FailIndex}': 1,
  });
});

test('the next pod of an index is made again, though the failed one is not in the books before it is there', async () => {
  let started = 0;
  const lifeOf = () => ({ endsAfterSeconds: 5, exitCode: started++ === 0 ? 1 : 0 });
  const page = await pageAfter(
    { completionMode: 'Indexed', completions: 1, backoffLimitPerIndex: 1 },
    lifeOf,
  );
  expect(page.of('job_pods_creation_total')).toEqual({
    'job_pods_creation_total{new,succeeded}': 1,
    'job_pods_creation_total{recreate_terminating_or_failed,succeeded}': 1,
  });
});

test('a job of another controller is counted once, under that name, and not looked after', async () => {
  const page = await pageAfter({ managedBy: 'example.com/mine' }, () => ({}));
  expect(page.of('jobs_by_external_controller_total', 'job_syncs_total')).toEqual({
    'jobs_by_external_controller_total{example.com/mine}': 1,
  });
});
