import { benchClusterStart } from './clusterStart.ts';
import { benchCri } from './cri.ts';
import { benchCronJobs } from './cronJob.ts';
import { benchDaemonSet } from './daemonSet.ts';
import { benchIdle } from './idle.ts';
import { benchJobs } from './job.ts';
import { benchLaunch } from './launch.ts';
import { benchManyCronJobs } from './manyCronJobs.ts';
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
};
/** Only when asked for: these take their time. */
const LONG_ONES: Record<string, () => Promise<void>> = {
  // As many as a large cluster has.
  manycronjobs: () => benchManyCronJobs(20_000),
  wholeyear: () => benchYear(365),
  cri: benchCri,
};
const ALL = { ...BENCHMARKS, ...LONG_ONES };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in ALL));
if (unknown.length > 0) {
  console.error(`no benchmark "${unknown[0]}": there are ${Object.keys(ALL).join(', ')}`);
  process.exit(1);
}
for (const name of asked.length > 0 ? asked : Object.keys(BENCHMARKS)) await ALL[name]!();
process.exit(0);
