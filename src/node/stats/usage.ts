import type { ContainerUsage, NodeUsage, PodUsage, Usage } from '../../apiserver/streams/nodeAccess.ts';
import { type Clock, hourAt, momentOf } from '../../clock/clock.ts';
import type { UsageStats } from '../../runtime/stats.ts';
import type { MeasuredContainer, MeasuredPod } from './measuredPod.ts';
import type { Looks } from './meter.ts';
import { type Rate, rateOf } from './rates.ts';

/** What a node and its pods use, by two looks. A pod is left out as long as the rate of one of its containers is not known. */
export function usageBetween(looks: Looks, pods: readonly MeasuredPod[], clock: Clock): NodeUsage {
  const { host } = looks.latest;
  return {
    node: usageOf(host, rateOf(host, looks.before?.host), clock),
    pods: pods.map((pod) => podUsage(looks, pod, clock)).filter((usage) => usage !== undefined),
  };
}

function podUsage(looks: Looks, { pod, containers }: MeasuredPod, clock: Clock): PodUsage | undefined {
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  const usages = containers.map((container) => containerUsage(looks, container, clock));
  if (usages.some((usage) => usage === undefined)) return undefined;
  return { namespace, name, uid, containers: usages as ContainerUsage[] };
}

function containerUsage(
  looks: Looks,
  container: MeasuredContainer,
  clock: Clock,
): ContainerUsage | undefined {
  const stats = looks.latest.containers.get(container.id);
  const usage = stats && usageOf(stats, containerRate(looks, container, clock), clock);
  return usage && { name: container.name, ...usage };
}

/** The rate of a container that may have started between the looks. */
export function containerRate(
  { latest, before }: Looks,
  { id, startedAt }: MeasuredContainer,
  clock: Clock,
): Rate | undefined {
  const stats = latest.containers.get(id);
  return stats && rateOf(stats, before?.containers.get(id), momentOf(clock, startedAt));
}

const usageOf = ({ at, memory }: UsageStats, rate: Rate | undefined, clock: Clock): Usage | undefined =>
  rate && { timestamp: hourAt(clock, at), ...rate, memoryBytes: memory.workingSet };
