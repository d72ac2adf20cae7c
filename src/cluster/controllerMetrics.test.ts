import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { ControllerMetrics } from './controllerMetrics.ts';

test('counts, measurements and queue depths stand on the page', async () => {
  const registry = new Registry();
  const metrics = new ControllerMetrics(registry);
  metrics.count('workqueue_retries_total', { name: 'job' });
  metrics.count('workqueue_retries_total', { name: 'job' });
  metrics.observe('workqueue_work_duration_seconds', { name: 'job' }, 0.05);
  metrics.showDepths([{ name: 'job', depth: 7 }]);
  const page = (await registry.metrics()).split('\n');
  expect(page).toContain('workqueue_retries_total{name="job"} 2');
  expect(page).toContain('workqueue_work_duration_seconds_bucket{le="0.1",name="job"} 1');
  expect(page).toContain('workqueue_depth{name="job"} 7');
});
