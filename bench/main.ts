import { benchClusterStart } from './clusterStart.ts';
import { benchCronJobs } from './cronJob.ts';
import { benchDaemonSet } from './daemonSet.ts';
import { benchIdle } from './idle.ts';
import { benchJobs } from './job.ts';
import { benchLaunch } from './launch.ts';
import { benchRequests } from './requests.ts';
import { benchYear } from './year.ts';

/** `npm run bench` measures everything; `npm run bench -- launch job` only these. */
const BENCHMARKS: Record<string, () => Promise<void>> = {
  launch: benchLaunch,
  idle: benchIdle,
  daemonset: async () => {
    await benchDaemonSet(100, 3);
    await benchDaemonSet(1000, 3);
  },
  job: () => benchJobs(3),
  cronjob: benchCronJobs,
  requests: () => benchRequests(3),
  clusterstart: () => benchClusterStart(20),
  // A day of it, and what a year would take at that pace.
  year: () => benchYear(1),
  wholeyear: () => benchYear(365),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(`no benchmark "${unknown[0]}": there are ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(1);
}
for (const name of asked.length > 0 ? asked : Object.keys(BENCHMARKS)) await BENCHMARKS[name]!();
process.exit(0);
