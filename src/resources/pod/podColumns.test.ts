import { expect, test } from 'vitest';
import type { ContainerState, ContainerStatus, Pod, PodSpec, PodStatus } from '../../generated/types.ts';
import { cellsOf } from '../testing/cells.ts';
import { headingsOf } from '../testing/headings.ts';
import { pods } from './pod.ts';
import { container, pod } from './testing.ts';

const NOW = Date.UTC(2026, 0, 1, 0, 1);
const status = (name: string, fields: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name,
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...fields,
});
const up = (name: string): ContainerStatus =>
  status(name, { ready: true, started: true, state: { running: {} } });
const down = (name: string, state: ContainerState): ContainerStatus => status(name, { state });
const TRUE = (type: string) => ({ type, status: 'True' });

interface Case {
  spec?: Partial<PodSpec>;
  status: PodStatus;
  deleted?: boolean;
  want: string;
}
const two = { containers: [container(), container({ name: 'd' })] };
const withInit = { initContainers: [container({ name: 'i' })] };
const withSidecar = { initContainers: [container({ name: 'i', restartPolicy: 'Always' })] };

const cases: Record<string, Case> = {
  'a new pod is pending': { status: { phase: 'Pending' }, want: '0/1 Pending 0' },
  'a gated pod says so': {
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
    },
    want: '0/1 SchedulingGated 0',
  },
  'a container is being made': {
    status: {
      phase: 'Pending',
      containerStatuses: [down('c', { waiting: { reason: 'ContainerCreating' } })],
    },
    want: '0/1 ContainerCreating 0',
  },
  'all run': {
    spec: two,
    status: { phase: 'Running', containerStatuses: [up('c'), up('d')] },
    want: '2/2 Running 0',
  },
  'the pod has done its work': {
    status: {
      phase: 'Succeeded',
      containerStatuses: [down('c', { terminated: { exitCode: 0, reason: 'Completed' } })],
    },
    want: '0/1 Completed 0',
  },
  'the exit code stands in for a reason': {
    status: { phase: 'Failed', containerStatuses: [down('c', { terminated: { exitCode: 3 } })] },
    want: '0/1 ExitCode:3 0',
  },
  'the signal stands in for a reason': {
    status: { phase: 'Failed', containerStatuses: [down('c', { terminated: { exitCode: 137, signal: 9 } })] },
    want: '0/1 Signal:9 0',
  },
  'a crash loop shows when it last crashed': {
    status: {
      phase: 'Running',
      containerStatuses: [
        status('c', {
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:00:48Z' } },
        }),
      ],
    },
    want: '0/1 CrashLoopBackOff 3 (12s ago)',
  },
  'one has ended, the other runs and the pod is ready': {
    spec: two,
    status: {
      phase: 'Running',
      conditions: [TRUE('Ready')],
      containerStatuses: [down('c', { terminated: { exitCode: 0, reason: 'Completed' } }), up('d')],
    },
    want: '1/2 Running 0',
  },
  'one has ended, the other runs and the pod is not ready': {
    spec: two,
    status: {
      phase: 'Running',
      containerStatuses: [down('c', { terminated: { exitCode: 0, reason: 'Completed' } }), up('d')],
    },
    want: '1/2 NotReady 0',
  },
  'an init container runs': {
    spec: withInit,
    status: { phase: 'Pending', initContainerStatuses: [down('i', { running: {} })] },
    want: '0/1 Init:0/1 0',
  },
  'an init container crashes': {
    spec: withInit,
    status: {
      phase: 'Pending',
      initContainerStatuses: [down('i', { waiting: { reason: 'CrashLoopBackOff' } })],
    },
    want: '0/1 Init:CrashLoopBackOff 0',
  },
  'an init container failed': {
    spec: withInit,
    status: {
      phase: 'Pending',
      initContainerStatuses: [down('i', { terminated: { exitCode: 1, reason: 'Error' } })],
    },
    want: '0/1 Init:Error 0',
  },
  'the restarts of init containers are forgotten once they are done': {
    spec: withInit,
    status: {
      phase: 'Running',
      initContainerStatuses: [status('i', { restartCount: 5, state: { terminated: { exitCode: 0 } } })],
      containerStatuses: [up('c')],
    },
    want: '1/1 Running 0',
  },
  'a sidecar counts as a container': {
    spec: withSidecar,
    status: { phase: 'Running', initContainerStatuses: [up('i')], containerStatuses: [up('c')] },
    want: '2/2 Running 0',
  },
  'a sidecar starts': {
    spec: withSidecar,
    status: {
      phase: 'Pending',
      initContainerStatuses: [down('i', { waiting: { reason: 'PodInitializing' } })],
    },
    want: '0/2 Init:0/1 0',
  },
  'an evicted pod says so': { status: { phase: 'Failed', reason: 'Evicted' }, want: '0/1 Evicted 0' },
  'a deleted pod is on its way out': {
    status: { phase: 'Running', containerStatuses: [up('c')] },
    deleted: true,
    want: '1/1 Terminating 0',
  },
  'a deleted pod that has ended stays what it was': {
    status: {
      phase: 'Succeeded',
      containerStatuses: [down('c', { terminated: { exitCode: 0, reason: 'Completed' } })],
    },
    deleted: true,
    want: '0/1 Completed 0',
  },
  'a deleted pod on a lost node is unknown': {
    status: { phase: 'Running', reason: 'NodeLost' },
    deleted: true,
    want: '0/1 Unknown 0',
  },
};
test.each(Object.entries(cases))('%s', (_, { spec, status, deleted, want }) => {
  const metadata: Pod['metadata'] = { name: 'p' };
  if (deleted) metadata.deletionTimestamp = '2026-01-01T00:00:59Z';
  const row = cellsOf(pods, pod(spec, { metadata, status }), NOW);
  expect(`${row.Ready} ${row.Status} ${row.Restarts}`).toBe(want);
});

test('the wide columns say where the pod is', () => {
  const placed = pod(
    { nodeName: 'n', readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] },
    {
      metadata: { name: 'p', creationTimestamp: '2026-01-01T00:00:00Z' },
      status: { podIPs: [{ ip: '10.244.0.2' }], conditions: [TRUE('a')] },
    },
  );
  expect(cellsOf(pods, placed, NOW)).toMatchObject({
    Age: '60s',
    IP: '10.244.0.2',
    Node: 'n',
    'Nominated Node': '<none>',
    'Readiness Gates': '1/2',
  });
});

test('the columns are those of upstream', () => {
  expect(headingsOf(pods)).toBe('NAME READY STATUS RESTARTS AGE | IP NODE NOMINATED NODE READINESS GATES');
});
