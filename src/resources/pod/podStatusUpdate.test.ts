import { expect, test } from 'vitest';
import type { ContainerStatus, Pod, PodSpec, PodStatus } from '../../generated/types.ts';
import { problems } from '../testing/problems.ts';
import { pods } from './pod.ts';
import { validatePodStatusUpdate } from './podStatusUpdate.ts';
import { container, pod } from './testing.ts';

const ended = (exitCode: number): ContainerStatus => status({ terminated: { exitCode } });
const status = (state: ContainerStatus['state']): ContainerStatus => ({
  name: 'c',
  image: 'nginx',
  imageID: '',
  ready: false,
  restartCount: 0,
  state,
});
const running = status({ running: {} });
const REFUSED =
  'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state';

interface Case {
  spec?: Partial<PodSpec>;
  stored?: PodStatus;
  next: PodStatus;
  want?: string[];
}
const cases: Record<string, Case> = {
  'a container that always restarts may run again': {
    stored: { containerStatuses: [ended(0)] },
    next: { containerStatuses: [running] },
  },
  'a container that never restarts may not run again': {
    spec: { restartPolicy: 'Never' },
    stored: { containerStatuses: [ended(1)] },
    next: { containerStatuses: [running] },
    want: [REFUSED],
  },
  'a container that succeeded may not run again on failure only': {
    spec: { restartPolicy: 'OnFailure' },
    stored: { containerStatuses: [ended(0)] },
    next: { containerStatuses: [running] },
    want: [REFUSED],
  },
  'a rule of the container lets it run again': {
    spec: {
      restartPolicy: 'Never',
      containers: [
        container({
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        }),
      ],
    },
    stored: { containerStatuses: [ended(42)] },
    next: { containerStatuses: [running] },
  },
  'the class does not change': {
    stored: { qosClass: 'BestEffort' },
    next: { qosClass: 'Guaranteed' },
    want: ['status.qosClass: Invalid value: "Guaranteed": field is immutable'],
  },
  'an address is an address': {
    next: { podIPs: [{ ip: 'here' }] },
    want: [
      'status.podIPs[0]: Invalid value: "here": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
  },
  'two addresses of one family are too many': {
    next: { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] },
    want: [
      'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family',
    ],
  },
  'a bound pod is not nominated': {
    spec: { nodeName: 'n' },
    next: { nominatedNodeName: 'm' },
    want: ['status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node'],
  },
};
test.each(Object.entries(cases))('%s', (_, { spec, stored, next, want = [] }) => {
  const before = pod(spec, { status: stored });
  expect(problems(validatePodStatusUpdate(pod(spec, { status: next }), before))).toEqual(want);
});

test('an annotation that means nothing does not come with a status', () => {
  const key = 'seccomp.security.alpha.kubernetes.io/pod';
  const next = pod({}, { metadata: { name: 'p', annotations: { [key]: 'none' } } });
  expect(problems(validatePodStatusUpdate(next, pod()))).toEqual([
    `metadata.annotations.${key}: Invalid value: "none": must be a valid seccomp profile`,
  ]);
});

test('a new pod is pending, with its class', () => {
  const created = pod({ containers: [container({ resources: { limits: { cpu: '1', memory: '1Gi' } } })] });
  pods.prepareCreate!(created);
  expect(created.status).toEqual({ phase: 'Pending', qosClass: 'Guaranteed' });
});

test('a gated pod says that it is not scheduled', () => {
  const created = pod({ schedulingGates: [{ name: 'g' }] });
  pods.prepareCreate!(created);
  expect(created.status?.conditions).toMatchObject([{ type: 'PodScheduled', reason: 'SchedulingGated' }]);
});

test('a status that leaves the class out keeps it', () => {
  const next: Pod = pod({}, { status: { phase: 'Running' } });
  pods.prepareStatusUpdate!(next, pod({}, { status: { qosClass: 'BestEffort' } }));
  expect(next.status?.qosClass).toBe('BestEffort');
});

const graces: [name: string, given: Pod, requested: number | undefined, seconds: number][] = [
  ['its own time', pod({ nodeName: 'n' }), undefined, 30],
  ['the time that is asked for', pod({ nodeName: 'n' }), 5, 5],
  ['no time when forced', pod({ nodeName: 'n' }), 0, 0],
  [
    'a second where the time is negative',
    pod({ nodeName: 'n', terminationGracePeriodSeconds: -1 }),
    undefined,
    1,
  ],
  ['no time without a node', pod(), 30, 0],
  ['no time once it has ended', pod({ nodeName: 'n' }, { status: { phase: 'Failed' } }), 30, 0],
];
test.each(graces)('a pod gets %s', (_, given, requested, seconds) => {
  expect(pods.gracePeriodSeconds!(given, requested)).toBe(seconds);
});
