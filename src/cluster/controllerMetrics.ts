import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ControllerLoop } from '../controllers/framework/controllerLoop.ts';
import type { Metrics } from '../controllers/framework/metrics.ts';

/** Seconds, from a fraction of a millisecond to a minute: work of a key, and how late a job was made. */
const BUCKETS_SECONDS = [0.0001, 0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60];

/** What controllers count and measure, on the page that `/metrics` shows. */
export class ControllerMetrics implements Metrics {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  count(name: string, labels: Readonly<Record<string, string>>, by = 1): void {
    const counter =
      (this.#registry.getSingleMetric(name) as Counter | undefined) ??
      new Counter({ name, help: helpOf(name), labelNames: Object.keys(labels), registers: [this.#registry] });
    counter.inc(labels, by);
  }

  observe(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    const histogram =
      (this.#registry.getSingleMetric(name) as Histogram | undefined) ??
      new Histogram({
        name,
        help: helpOf(name),
        labelNames: Object.keys(labels),
        buckets: BUCKETS_SECONDS,
        registers: [this.#registry],
      });
    histogram.observe(labels, value);
  }

  /** Shows how many keys wait in each queue; of those who are in charge now, if there were others before. */
  showDepths(loops: readonly Pick<ControllerLoop<unknown, unknown>, 'name' | 'depth'>[]): void {
    this.#registry.removeSingleMetric(DEPTH);
    new Gauge({
      name: DEPTH,
      help: 'Keys that wait for a look, by controller.',
      labelNames: ['name'],
      registers: [this.#registry],
      collect() {
        for (const { name, depth } of loops) this.set({ name }, depth);
      },
    });
  }
}

const DEPTH = 'workqueue_depth';

/** The name in words: `workqueue_retries_total` is what it says. */
const helpOf = (name: string) => name.replaceAll('_', ' ');
