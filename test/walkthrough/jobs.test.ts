import { describe } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { KUBECTL_VERSIONS } from '../support/kubectl.ts';
import { jobTests } from '../support/walkthrough/jobs.ts';

for (const runtime of ['simulated', 'process'] as const)
  describe.concurrent(`Jobs on ${runtime} nodes`, () =>
    jobTests(() => TestCluster.start({ runtime }), KUBECTL_VERSIONS));
