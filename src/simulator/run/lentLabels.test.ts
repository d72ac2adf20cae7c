import { expect, test } from 'vitest';
import type { StatefulSet } from '../../generated/types.ts';
import type { Plan, Step } from '../plan/plan.ts';
import { simulate } from './simulate.ts';

const statefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    serviceName: 'web',
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: 'example/server:1' }] },
    },
  },
} as unknown as StatefulSet;

const steps: readonly Step[] = [
  { id: 0, at: 0, does: { kind: 'create', workload: statefulSet } },
  { id: 1, at: 60_000, does: { kind: 'relabelPod', pick: 0, lastsMs: 10_000 } },
  { id: 2, at: 65_000, does: { kind: 'troubleStore', errorShare: 1, delayMs: 0, lastsMs: 30_000 } },
];

test('labels that were taken from a pod come back, though the store is in trouble when they should', async () => {
  // Half of the writes that fail have taken effect: of several seeds one will lose the first try.
  for (const seed of [1, 2, 3, 4]) {
    const plan: Plan = {
      seed,
      minutes: 3,
      startTime: Date.UTC(2026, 0, 5),
      timeZone: 'UTC',
      nodes: [{ name: 'node01' }],
      steps,
    };
    expect((await simulate(plan)).broken).toBeUndefined();
  }
});
