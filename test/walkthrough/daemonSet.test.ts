import { TestCluster } from '../support/cluster.ts';
import { KUBECTL_VERSIONS } from '../support/kubectl.ts';
import { walk } from '../support/steps.ts';
import { daemonSetSteps } from '../support/walkthrough/daemonSet.ts';

for (const runtime of ['simulated', 'process'] as const)
  for (const version of KUBECTL_VERSIONS)
    walk(`A DaemonSet on ${runtime} nodes, by kubectl ${version}`, (step) =>
      daemonSetSteps(step, () => TestCluster.start({ runtime }), version),
    );
