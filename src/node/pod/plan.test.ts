import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { Container, Pod, PodSpec } from '../../generated/types.ts';
import type { ContainerStatus } from '../../runtime/runtime.ts';
import { type PodAction, planPod } from './plan.ts';
import {
  type ContainerMemory,
  memoryOf,
  newPodMemory,
  noteEnds,
  type PodMemory,
  type SeenPod,
} from './podMemory.ts';
import { podStatus } from './podStatus.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECOND = 1000;

interface Situation {
  /** `main` alone unless given. */
  readonly spec?: Partial<PodSpec>;
  readonly deletedWithGrace?: number;
  /** How each container is: a life, and what else is remembered of it. */
  readonly containers?: Record<string, Partial<ContainerStatus> & { memory?: Partial<ContainerMemory> }>;
  readonly memory?: Partial<PodMemory>;
  readonly withoutSandbox?: boolean;
}

const main: Container = { name: 'main', image: 'nginx:1' };
const named = (name: string, rest: Partial<Container> = {}): Container => ({
  name,
  image: 'nginx:1',
  ...rest,
});
const sidecar = (name: string) => named(name, { restartPolicy: 'Always' });
const running = { state: 'running' } as const;
const exited = (exitCode: number, secondsAgo = 0) =>
  ({
    state: 'exited',
    exitCode,
    finishedAt: NOW - secondsAgo * SECOND,
    reason: exitCode ? 'Error' : 'Completed',
  }) as const;

function seenPod({ spec, deletedWithGrace, containers = {}, memory, withoutSandbox }: Situation): SeenPod {
  const pod: Pod = {
    metadata: {
      name: 'pod',
      namespace: 'default',
      uid: 'uid',
      ...(deletedWithGrace !== undefined && {
        deletionTimestamp: '2026-01-01T00:00:00Z',
        deletionGracePeriodSeconds: deletedWithGrace,
      }),
    },
    spec: { containers: [main], ...spec },
  };
  const remembered: PodMemory = { ...newPodMemory(NOW - 60 * SECOND), ...memory };
  if (!withoutSandbox) remembered.sandbox = sandbox;
  for (const [name, { memory: rest, ...life }] of Object.entries(containers)) {
    Object.assign(memoryOf(remembered, name), {
      isHooked: true,
      current: { ...newLife(name), ...life },
      ...rest,
    });
  }
  noteEnds(remembered, new VirtualClock(NOW));
  return { pod, memory: remembered, now: NOW, elapsed: NOW };
}

const sandbox = {
  id: 'sandbox',
  config: {
    namespace: 'default',
    name: 'pod',
    uid: 'uid',
    attempt: 0,
    labels: {},
    annotations: {},
    hostname: 'pod',
    hostNetwork: false,
    address: '10.0.0.2',
  },
  state: 'ready',
  ip: '10.0.0.2',
  reachableAt: '10.0.0.2',
  createdAt: NOW,
} as const;

const newLife = (name: string): ContainerStatus => ({
  id: `id-${name}`,
  sandboxId: 'sandbox',
  podUid: 'uid',
  name,
  attempt: 0,
  image: 'nginx:1',
  imageRef: 'nginx',
  state: 'created',
  createdAt: NOW,
  startedAt: NOW,
  finishedAt: undefined,
  exitCode: undefined,
  signal: undefined,
  reason: undefined,
  message: undefined,
  readyAt: undefined,
});

function inWords(action: PodAction): string {
  switch (action.kind) {
    case 'launch':
      return `launch ${action.container.name} #${action.attempt}`;
    case 'stop':
      return `stop ${action.container.name} in ${action.gracePeriodSeconds}s`;
    case 'holdBack':
      return `hold ${action.container.name} back for ${action.delayMs / SECOND}s`;
    case 'showImageBackOff':
      return `show that ${action.container.name} waits to pull`;
    case 'fail':
      return `fail: ${action.reason}`;
    case 'resize':
      return `resize ${action.container.name} to ${action.resources.requests?.cpu}`;
    default:
      return action.kind;
  }
}

const amounts = (cpu: string) => ({ resources: { requests: { cpu } } });
const restarting = { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] };
const resizing = { generation: 2, retryAt: NOW };
const allocated = (cpu: string): PodSpec => ({ containers: [named('main', amounts(cpu))] });

const cases: Record<string, Situation & { want: string[]; lookAgainInSeconds?: number }> = {
  'a pod that was resized is judged first': {
    spec: { containers: [named('main', amounts('2'))] },
    memory: { allocated: allocated('1'), judgedGeneration: 1 },
    containers: { main: { ...running, memory: amounts('1') } },
    want: ['allocate'],
  },
  'a resize that waits for room is judged again every three minutes': {
    memory: {
      allocated: allocated('1'),
      resizePending: {
        reason: 'Deferred',
        message: '',
        generation: 2,
        since: NOW,
        judgedAt: NOW - 179 * SECOND,
      },
    },
    containers: { main: { ...running, memory: amounts('1') } },
    want: [],
    lookAgainInSeconds: 1,
  },
  'a running container gets what was set aside for it': {
    memory: { allocated: allocated('2'), resizing },
    containers: { main: { ...running, memory: amounts('1') } },
    want: ['resize main to 2'],
  },
  'while it does nothing else is done': {
    memory: { allocated: allocated('2'), resizing, operations: new Set(['resize/main']) },
    containers: { main: { ...running, memory: amounts('1') } },
    want: [],
  },
  'what the runtime has refused is tried again later': {
    memory: { allocated: allocated('2'), resizing: { ...resizing, error: 'no', retryAt: NOW + 10 * SECOND } },
    containers: { main: { ...running, memory: amounts('1') } },
    want: [],
    lookAgainInSeconds: 10,
  },
  'a container that is to be restarted for it is stopped': {
    spec: { containers: [named('main', { ...amounts('2'), ...restarting })] },
    memory: { allocated: allocated('2'), resizing },
    containers: { main: { ...running, memory: amounts('1') } },
    want: ['stop main in 30s'],
  },
  'and started again, however it ended': {
    spec: { restartPolicy: 'OnFailure', containers: [named('main', { ...amounts('2'), ...restarting })] },
    memory: { allocated: allocated('2'), resizing },
    containers: { main: { ...exited(0), memory: { ...amounts('1'), isToRestart: true } } },
    want: ['launch main #1'],
  },
  'a resize is complete when all that runs has what was set aside': {
    memory: { allocated: allocated('2'), resizing },
    containers: { main: { ...running, memory: amounts('2') } },
    want: ['completeResize'],
  },
  'a new pod gets its volumes and sandbox first': { withoutSandbox: true, want: ['prepare'] },
  'while that is under way nothing else is done': {
    withoutSandbox: true,
    memory: { operations: new Set(['prepare']) },
    want: [],
  },
  'preparing is tried again when its back-off is over': {
    withoutSandbox: true,
    memory: { prepareAgainAt: NOW + 4 * SECOND },
    want: [],
    lookAgainInSeconds: 4,
  },
  'then its container is launched': { want: ['launch main #0'] },
  'containers are launched one after the other': {
    spec: { containers: [named('a'), named('b')] },
    want: ['launch a #0'],
  },
  'the next waits while one is being launched': {
    spec: { containers: [named('a'), named('b')] },
    containers: { a: running },
    memory: { operations: new Set(['launch']) },
    want: [],
  },
  'a running pod needs nothing': { containers: { main: running }, want: [] },
  'the first failure is followed by a restart at once': {
    containers: { main: exited(1) },
    want: ['launch main #1'],
  },
  'the next failures by a back-off': {
    containers: { main: { ...exited(1, 3), attempt: 1, memory: { backOff: { delayMs: 10_000, at: NOW } } } },
    want: ['hold main back for 10s'],
    lookAgainInSeconds: 7,
  },
  'and by a restart when that is over': {
    containers: { main: { ...exited(1, 10), attempt: 1, memory: { backOff: { delayMs: 10_000, at: NOW } } } },
    want: ['launch main #2'],
  },
  'ten quiet minutes make the back-off forgotten': {
    containers: {
      main: { ...exited(1), memory: { backOff: { delayMs: 300_000, at: NOW - 601 * SECOND } } },
    },
    want: ['launch main #1'],
  },
  'what must not restart ends the pod': {
    spec: { restartPolicy: 'Never' },
    containers: { main: exited(1) },
    want: ['tidy'],
  },
  'OnFailure restarts failures': {
    spec: { restartPolicy: 'OnFailure' },
    containers: { main: exited(1) },
    want: ['launch main #1'],
  },
  'OnFailure leaves successes alone': {
    spec: { restartPolicy: 'OnFailure' },
    containers: { main: exited(0) },
    want: ['tidy'],
  },
  'a rule of the container restarts what the pod would not': {
    spec: {
      restartPolicy: 'Never',
      containers: [
        named('main', {
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        }),
      ],
    },
    containers: { main: exited(42) },
    want: ['launch main #1'],
  },
  'init containers come first': { spec: { initContainers: [named('init')] }, want: ['launch init #0'] },
  'containers wait for them': {
    spec: { initContainers: [named('init')] },
    containers: { init: running },
    want: [],
  },
  'and follow them': {
    spec: { initContainers: [named('init')] },
    containers: { init: exited(0) },
    want: ['launch main #0'],
  },
  'an init container that has done its work is not run again': {
    spec: { initContainers: [named('init')] },
    containers: { init: exited(0), main: exited(1) },
    want: ['launch main #1'],
  },
  'an init container that fails is tried again': {
    spec: { initContainers: [named('init')] },
    containers: { init: exited(1) },
    want: ['launch init #1'],
  },
  'a sidecar lets others start once it has started': {
    spec: { initContainers: [sidecar('proxy')] },
    containers: { proxy: running },
    want: ['launch main #0'],
  },
  'and not before its startup probe has passed': {
    spec: { initContainers: [{ ...sidecar('proxy'), startupProbe: {} }] },
    containers: { proxy: running },
    want: [],
  },
  'a sidecar that ends is started again, even with Never': {
    spec: { restartPolicy: 'Never', initContainers: [sidecar('proxy')] },
    containers: { proxy: exited(0), main: running },
    want: ['launch proxy #1'],
  },
  'sidecars are stopped when the containers are over, the last one first': {
    spec: { restartPolicy: 'Never', initContainers: [sidecar('a'), sidecar('b')] },
    containers: { a: running, b: running, main: exited(0) },
    want: ['stop b in 30s'],
  },
  'a deleted pod is stopped by its grace period, sidecars later': {
    spec: { initContainers: [sidecar('proxy')] },
    containers: { proxy: running, main: running },
    deletedWithGrace: 5,
    want: ['stop main in 5s'],
  },
  'a stop that is under way is left alone': {
    containers: { main: { ...running, memory: { stoppingGraceSeconds: 5 } } },
    deletedWithGrace: 5,
    want: [],
  },
  'unless its grace period has become shorter': {
    containers: { main: { ...running, memory: { stoppingGraceSeconds: 30 } } },
    deletedWithGrace: 1,
    want: ['stop main in 1s'],
  },
  'a deleted pod that runs no more gives back its sandbox': {
    containers: { main: exited(143) },
    deletedWithGrace: 5,
    want: ['tidy'],
  },
  'and is then confirmed': {
    withoutSandbox: true,
    containers: { main: exited(143) },
    deletedWithGrace: 5,
    want: ['confirmDeletion'],
  },
  once: {
    withoutSandbox: true,
    deletedWithGrace: 5,
    memory: { isDeletionConfirmed: true },
    want: [],
  },
  'what a liveness probe condemns is stopped': {
    containers: { main: { ...running, memory: { condemned: { message: 'sick', gracePeriodSeconds: 3 } } } },
    want: ['stop main in 3s'],
  },
  'volumes are brought up to date when their time comes': {
    containers: { main: running },
    memory: { refreshVolumesAt: NOW },
    want: ['refreshVolumes'],
  },
  'a container whose image has changed is stopped': {
    containers: { main: { ...running, memory: { image: 'nginx:0' } } },
    want: ['stop main in 30s'],
  },
  'a pod past its deadline fails': {
    spec: { activeDeadlineSeconds: 60 },
    containers: { main: running },
    want: ['fail: DeadlineExceeded'],
  },
  'and is looked at when the deadline comes': {
    spec: { activeDeadlineSeconds: 70 },
    containers: { main: running },
    want: [],
    lookAgainInSeconds: 10,
  },
  'a pod without its sandbox gets another, and its containers a new life': {
    containers: { main: { ...running, sandboxId: 'lost' } },
    want: ['launch main #1'],
  },
};

describe('the plan of a pod', () => {
  for (const [name, { want, lookAgainInSeconds, ...situation }] of Object.entries(cases)) {
    test(name, () => {
      const { actions, lookAgainAt } = planPod(seenPod(situation));
      expect(actions.map(inWords)).toEqual(want);
      expect(lookAgainAt).toBe(
        lookAgainInSeconds === undefined ? undefined : NOW + lookAgainInSeconds * SECOND,
      );
    });
  }
});

const phases: Record<string, Situation & { want: string }> = {
  'a pod without a container yet is Pending': { want: 'Pending' },
  'a pod whose container runs is Running': { containers: { main: running }, want: 'Running' },
  'a pod that crashes again and again is Running': { containers: { main: exited(1) }, want: 'Running' },
  'a pod that initializes is Pending': {
    spec: { initContainers: [named('init')] },
    containers: { init: running },
    want: 'Pending',
  },
  'a pod of which one container is not there yet is Pending': {
    spec: { containers: [named('a'), named('b')] },
    containers: { a: running },
    want: 'Pending',
  },
  'all containers over and well: Succeeded': {
    spec: { restartPolicy: 'Never' },
    containers: { main: exited(0) },
    want: 'Succeeded',
  },
  'one of them not well: Failed': {
    spec: { restartPolicy: 'Never', containers: [named('a'), named('b')] },
    containers: { a: exited(0), b: exited(1) },
    want: 'Failed',
  },
  'a sidecar that still runs keeps the pod Running': {
    spec: { restartPolicy: 'Never', initContainers: [sidecar('proxy')] },
    containers: { proxy: running, main: exited(0) },
    want: 'Running',
  },
  'a deleted pod is Running while it is being stopped': {
    containers: { main: running },
    deletedWithGrace: 5,
    want: 'Running',
  },
  'a deleted pod that a signal ended has Failed': {
    containers: { main: exited(143) },
    deletedWithGrace: 5,
    want: 'Failed',
  },
};

describe('the phase', () => {
  for (const [name, { want, ...situation }] of Object.entries(phases)) {
    test(name, () => {
      expect(podStatus(seenPod(situation), { hostIPs: [], runtimeName: 'x' }).phase).toBe(want);
    });
  }
});
