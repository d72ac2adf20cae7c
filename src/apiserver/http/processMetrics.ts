import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | undefined;

/**
 * What is measured of the process (`process_…`, `nodejs_…`): once, whatever number of servers it has, and from the first time that somebody
 * asks. Its observers of the event loop and of garbage are never let go of, and wake an idle process.
 */
export function processMetrics(): Promise<string> {
  if (!registry) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry.metrics();
}
