import { describe } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { KUBECTL_VERSIONS } from '../support/kubectl.ts';
import { cronJobTests } from '../support/walkthrough/cronJobs.ts';

for (const runtime of ['simulated', 'process'] as const)
  describe.concurrent(`CronJobs on ${runtime} nodes`, () =>
    cronJobTests(() => TestCluster.start({ runtime }), KUBECTL_VERSIONS));
