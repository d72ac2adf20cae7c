import { type Clock, hourAt } from '../../clock/clock.ts';
import type { UsageStats } from '../../runtime/stats.ts';
import { expositionOf, type Metric, type Sample } from './exposition.ts';
import type { MeasuredPod } from './measuredPod.ts';
import type { Look } from './meter.ts';
import { totalOf } from './totals.ts';

/** A container or a pod, as its samples name it. */
interface Counted {
  readonly labels: Readonly<Record<string, string>>;
  readonly stats: UsageStats;
}

/** `/metrics/resource`, under upstream's names. Without a look the runtime did not tell. */
export function resourceMetrics(look: Look | undefined, pods: readonly MeasuredPod[], clock: Clock): string {
  const error = gauge('resource_scrape_error', SCRAPE_ERROR, [{ value: look ? 0 : 1 }]);
  if (!look) return expositionOf([error]);
  const containers = countedContainers(look, pods);
  const whole = countedPods(look, pods);
  const node = [{ labels: {}, stats: look.host }];
  return expositionOf([
    cpu('container', containers, clock),
    memory('container', containers, clock),
    gauge('container_start_time_seconds', START_TIME, startTimes(look, pods)),
    cpu('node', node, clock),
    memory('node', node, clock),
    cpu('pod', whole, clock),
    memory('pod', whole, clock),
    error,
  ]);
}

const SCRAPE_ERROR = '[STABLE] 1 if there was an error while getting container metrics, 0 otherwise';
const START_TIME = '[STABLE] Start time of the container since unix epoch in seconds';

const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name,
  help,
  type: 'gauge',
  samples,
});

const cpu = (of: string, counted: readonly Counted[], clock: Clock): Metric => ({
  name: `${of}_cpu_usage_seconds_total`,
  help: `[STABLE] Cumulative cpu time consumed by the ${of} in core-seconds`,
  type: 'counter',
  samples: counted.map(({ labels, stats }) => ({
    labels,
    value: stats.cpu.coreNanoseconds / 1e9,
    time: hourAt(clock, stats.at),
  })),
});

const memory = (of: string, counted: readonly Counted[], clock: Clock): Metric =>
  gauge(
    `${of}_memory_working_set_bytes`,
    `[STABLE] Current working set of the ${of} in bytes`,
    counted.map(({ labels, stats }) => ({
      labels,
      value: stats.memory.workingSet,
      time: hourAt(clock, stats.at),
    })),
  );

const podLabels = ({ pod: { metadata } }: MeasuredPod) => ({
  namespace: metadata.namespace ?? '',
  pod: metadata.name ?? '',
});

const countedContainers = ({ containers }: Look, pods: readonly MeasuredPod[]): Counted[] =>
  pods.flatMap((pod) =>
    pod.containers.flatMap(({ id, name }) => {
      const stats = containers.get(id);
      return stats ? [{ labels: { container: name, ...podLabels(pod) }, stats }] : [];
    }),
  );

const countedPods = (look: Look, pods: readonly MeasuredPod[]): Counted[] =>
  pods.flatMap((pod) => {
    const stats = totalOf(look, pod);
    return stats ? [{ labels: podLabels(pod), stats }] : [];
  });

const startTimes = ({ containers }: Look, pods: readonly MeasuredPod[]): Sample[] =>
  pods.flatMap((pod) =>
    pod.containers
      .filter(({ id }) => containers.has(id))
      .map(({ name, startedAt }) => ({
        labels: { container: name, ...podLabels(pod) },
        value: startedAt / 1000,
      })),
  );
