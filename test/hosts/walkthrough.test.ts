import { describe } from 'vitest';
import { whyNoContainers } from '../../src/runtime/cri/testing/whyNoContainers.ts';
import { HostCluster } from '../support/hosts/hostCluster.ts';
import { walk } from '../support/steps.ts';
import { daemonSetSteps } from '../support/walkthrough/daemonSet.ts';
import { jobTests } from '../support/walkthrough/jobs.ts';

const impediment = whyNoContainers();
const explanation = impediment ? ` (skipped: ${impediment})` : '';

/** The master on a host of its own, and each worker on another. */
async function startHosts(...workers: string[]): Promise<HostCluster> {
  const cluster = await HostCluster.start(0);
  for (const name of workers) await cluster.join(name);
  return cluster;
}

describe.skipIf(impediment)(`the walkthrough over several hosts${explanation}`, () => {
  walk('A DaemonSet in real containers, by kubectl v1.35.2', (step) =>
    daemonSetSteps(step, () => startHosts('node01', 'node02', 'node03'), 'v1.35.2'),
  );
  describe.concurrent('Jobs in real containers', () =>
    jobTests(() => startHosts('node01', 'node02'), ['v1.20.0']));
});
