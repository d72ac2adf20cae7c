import { milliValue, parseQuantity, wholeValue } from '../../apimachinery/quantity.ts';
import type { Container, Pod } from '../../generated/types.ts';
import type { ContainerResources } from '../../runtime/isolation.ts';

/** As upstream counts for control groups. */
const SHARES_PER_CPU = 1024;
const LEAST_SHARES = 2;
const MOST_SHARES = 262_144;
const PERIOD_US = 100_000;
const LEAST_QUOTA_US = 1_000;

/** How willingly the kernel ends processes when memory runs out, by upstream's classes of service. */
const GUARANTEED_ADJUST = -997;
const BEST_EFFORT_ADJUST = 1000;

/** `nodeMemory` is the quantity that the node has for pods. */
export function containerResources(
  pod: Pod,
  { resources }: Pick<Container, 'resources'>,
  nodeMemory: string | undefined,
): ContainerResources {
  const { requests = {}, limits = {} } = resources ?? {};
  const cpuLimit = milli(limits.cpu);
  const cpuRequest = requests.cpu === undefined ? cpuLimit : milli(requests.cpu);
  return {
    cpuShares: sharesOf(cpuRequest ?? 0),
    cpuQuota: cpuLimit ? Math.max(LEAST_QUOTA_US, Math.floor((cpuLimit * PERIOD_US) / 1000)) : 0,
    cpuPeriod: cpuLimit ? PERIOD_US : 0,
    memoryLimitBytes: bytes(limits.memory) ?? 0,
    oomScoreAdjust: oomScoreAdjust(pod, bytes(requests.memory) ?? 0, bytes(nodeMemory) ?? 0),
  };
}

const milli = (text: string | undefined) =>
  text === undefined ? undefined : milliValue(parseQuantity(text));
const bytes = (text: string | undefined) =>
  text === undefined ? undefined : wholeValue(parseQuantity(text));

const sharesOf = (milliCpu: number): number =>
  Math.min(MOST_SHARES, Math.max(LEAST_SHARES, Math.floor((milliCpu * SHARES_PER_CPU) / 1000)));

/** The more memory a burstable container has asked for, the less likely it is to be chosen. */
function oomScoreAdjust({ status }: Pod, memoryRequest: number, nodeMemory: number): number {
  if (status?.qosClass === 'Guaranteed') return GUARANTEED_ADJUST;
  if (status?.qosClass === 'BestEffort' || nodeMemory === 0) return BEST_EFFORT_ADJUST;
  const adjust = 1000 - Math.floor((1000 * memoryRequest) / nodeMemory);
  return Math.min(BEST_EFFORT_ADJUST - 1, Math.max(1000 + GUARANTEED_ADJUST, adjust));
}
