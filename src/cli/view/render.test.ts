import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { render } from './render.ts';
import type { Snapshot } from './snapshot.ts';

const now = Date.parse('2026-11-24T01:00:30Z');
const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
const snapshot: Snapshot = {
  now,
  nodes: [
    { metadata: { name: 'node02' }, spec: {}, status: { conditions: [] } },
    { metadata: { name: 'node01' }, spec: {}, status: ready },
  ],
  pods: [
    {
      metadata: { name: 'a' },
      spec: { nodeName: 'node01', containers: [] },
      status: { phase: 'Running', ...ready },
    },
    { metadata: { name: 'b' }, spec: { nodeName: 'node01', containers: [] }, status: { phase: 'Succeeded' } },
    { metadata: { name: 'c' }, spec: { containers: [] }, status: { phase: 'Pending' } },
  ],
  daemonSets: [],
  deployments: [],
  cronJobs: [],
  jobs: [
    {
      metadata: { name: 'six' },
      spec: { completions: 6, template: { metadata: {}, spec: { containers: [] } } },
      status: { succeeded: 3, active: 1, startTime: '2026-11-24T01:00:00Z' },
    },
    {
      metadata: { name: 'queue' },
      spec: { parallelism: 2, template: { metadata: {}, spec: { containers: [] } } },
      status: { succeeded: 1, active: 1, startTime: '2026-11-24T01:00:00Z' },
    },
  ],
};
const drawn = (height = 40) => render(snapshot, 80, height).map(stripVTControlCharacters);

test('nodes stand in order, each with a mark per pod', () => {
  expect(drawn().filter((line) => line.startsWith('node'))).toEqual([
    'node01       Ready      ●✓',
    'node02       NotReady   ',
  ]);
});

test('a pod without a node is shown apart', () => {
  expect(drawn().find((line) => line.startsWith('(no node)'))).toContain('○');
});

test('a job shows how far it is and for how long it has run', () => {
  expect(drawn().find((line) => line.includes('six'))).toMatch(/█{10}░{10} 3\/6 1 active 30s/);
});

test('of a work queue each of its workers ends once', () => {
  expect(drawn().find((line) => line.includes('queue'))).toMatch(/1\/2 1 active/);
});

test('what does not fit is counted', () => {
  expect(drawn(4).at(-1)).toMatch(/^… \d+ more lines$/);
  expect(drawn(4)).toHaveLength(4);
});
