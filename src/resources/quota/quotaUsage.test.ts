import { expect, test } from 'vitest';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Pod, PodSpec, ResourceQuotaSpec, Service } from '../../generated/types.ts';
import { ConfigMaps, CronJobs, Events, Jobs, Pods, Secrets, Services } from '../kinds.ts';
import { listed } from './amounts.ts';
import { unnamed } from './podUsage.ts';
import { boundedBy, isQuotable, speaksOf, usageOf } from './quotaUsage.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

const pod = (spec: Partial<PodSpec> = {}, rest: Partial<Pod> = {}): Pod => ({
  metadata: { name: 'p', namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'a' }], ...spec },
  ...rest,
});
const usage = (object: Pod): Record<string, string> => listed(usageOf(Pods, object, NOW));

const used: Record<string, { pod: Pod; want: Record<string, string> }> = {
  'a pod that asks for nothing': { pod: pod(), want: { pods: '1' } },
  'containers together, or the largest init container': {
    pod: pod({
      containers: [
        { name: 'a', image: 'a', resources: { requests: { cpu: '100m' }, limits: { cpu: '1' } } },
        { name: 'b', image: 'a', resources: { requests: { cpu: '200m', memory: '1Gi' } } },
      ],
      initContainers: [{ name: 'c', image: 'a', resources: { requests: { cpu: '250m', memory: '2Gi' } } }],
    }),
    want: {
      pods: '1',
      cpu: '300m',
      'requests.cpu': '300m',
      memory: '2Gi',
      'requests.memory': '2Gi',
      'limits.cpu': '1',
    },
  },
  'overhead on top, where there is something to be on top of': {
    pod: pod({
      containers: [{ name: 'a', image: 'a', resources: { requests: { cpu: '100m' }, limits: { cpu: '1' } } }],
      overhead: { cpu: '50m', memory: '10Mi' },
    }),
    want: {
      pods: '1',
      cpu: '150m',
      'requests.cpu': '150m',
      memory: '10Mi',
      'requests.memory': '10Mi',
      'limits.cpu': '1050m',
    },
  },
  'what the pod asks for as a whole': {
    pod: pod({
      containers: [{ name: 'a', image: 'a', resources: { requests: { cpu: '100m' } } }],
      resources: { requests: { cpu: '2' } },
    }),
    want: { pods: '1', cpu: '2', 'requests.cpu': '2' },
  },
  'devices by request, huge pages by both names': {
    pod: pod({
      containers: [
        {
          name: 'a',
          image: 'a',
          resources: {
            requests: { 'example.com/gpu': '2', 'hugepages-2Mi': '4Mi' },
            limits: { 'example.com/gpu': '2', 'hugepages-2Mi': '4Mi' },
          },
        },
      ],
    }),
    want: {
      pods: '1',
      'requests.example.com/gpu': '2',
      'hugepages-2Mi': '4Mi',
      'requests.hugepages-2Mi': '4Mi',
    },
  },
  'of a pod that has ended only that it is there': {
    pod: pod({}, { status: { phase: 'Succeeded' } }),
    want: {},
  },
  'a pod that is being deleted, until its time is over': {
    pod: pod(
      {},
      {
        metadata: {
          name: 'p',
          deletionTimestamp: '2025-12-31T23:59:40Z',
          deletionGracePeriodSeconds: 20,
        },
      },
    ),
    want: { pods: '1' },
  },
  'a pod whose time is over, though nobody says that it is gone': {
    pod: pod(
      {},
      {
        metadata: {
          name: 'p',
          deletionTimestamp: '2025-12-31T23:59:40Z',
          deletionGracePeriodSeconds: 19,
        },
      },
    ),
    want: {},
  },
};
for (const [name, { pod: object, want }] of Object.entries(used)) {
  test(`counted: ${name}`, () => expect(usage(object)).toEqual({ 'count/pods': '1', ...want }));
}

const service = (spec: Partial<Service['spec']>): Service => ({ metadata: { name: 's' }, spec });
const ports = [{ port: 80 }, { port: 81, nodePort: 30001 }];

const services: Record<string, { spec: Partial<Service['spec']>; want: Record<string, string> }> = {
  'of the cluster': { spec: { type: 'ClusterIP', ports }, want: {} },
  'with node ports': { spec: { type: 'NodePort', ports }, want: { 'services.nodeports': '2' } },
  'with a load balancer': {
    spec: { type: 'LoadBalancer', ports },
    want: { 'services.nodeports': '2', 'services.loadbalancers': '1' },
  },
  'with a load balancer that needs no node ports': {
    spec: { type: 'LoadBalancer', ports, allocateLoadBalancerNodePorts: false },
    want: { 'services.nodeports': '1', 'services.loadbalancers': '1' },
  },
};
for (const [name, { spec, want }] of Object.entries(services)) {
  test(`a service ${name} is counted`, () => {
    expect(listed(usageOf(Services, service(spec), NOW))).toEqual({
      'count/services': '1',
      services: '1',
      ...want,
    });
  });
}

const bounds: Record<string, { type: ResourceType; want: string[] }> = {
  pods: { type: Pods, want: ['pods', 'count/pods', 'limits.cpu', 'requests.example.com/gpu'] },
  'config maps': { type: ConfigMaps, want: ['configmaps', 'count/configmaps'] },
  jobs: { type: Jobs, want: ['count/jobs.batch'] },
  'cron jobs': { type: CronJobs, want: [] },
  secrets: { type: Secrets, want: [] },
  services: { type: Services, want: ['services.nodeports'] },
};
for (const [name, { type, want }] of Object.entries(bounds)) {
  test(`a quota knows what ${name} use up`, () => {
    const hard = {
      pods: '1',
      'count/pods': '1',
      'limits.cpu': '1',
      'requests.example.com/gpu': '1',
      configmaps: '1',
      'count/configmaps': '1',
      'count/jobs.batch': '1',
      'services.nodeports': '1',
    };
    expect(boundedBy({ metadata: {}, spec: { hard } }, type)).toEqual(want);
  });
}

test('events are not bounded', () => expect(isQuotable(Events)).toBe(false));

const expression = (scopeName: string, operator: string, ...values: string[]): ResourceQuotaSpec => ({
  scopeSelector: { matchExpressions: [{ scopeName, operator, ...(values.length > 0 && { values }) }] },
});
const cpu = { resources: { requests: { cpu: '1' } } };
const far = {
  podAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'z', namespaces: ['other'] }],
  },
};

const scopes: Record<string, { spec: ResourceQuotaSpec; pod: Partial<PodSpec>; want: boolean }> = {
  'none speak of every pod': { spec: {}, pod: {}, want: true },
  'Terminating speaks of a pod with a deadline': {
    spec: { scopes: ['Terminating'] },
    pod: { activeDeadlineSeconds: 0 },
    want: true,
  },
  'Terminating does not speak of another': { spec: { scopes: ['Terminating'] }, pod: {}, want: false },
  'NotTerminating speaks of that': { spec: { scopes: ['NotTerminating'] }, pod: {}, want: true },
  'BestEffort speaks of a pod that asks for nothing': {
    spec: { scopes: ['BestEffort'] },
    pod: {},
    want: true,
  },
  'NotBestEffort speaks of one that asks for something': {
    spec: { scopes: ['NotBestEffort'] },
    pod: { containers: [{ name: 'a', image: 'a', ...cpu }] },
    want: true,
  },
  'all must hold': { spec: { scopes: ['BestEffort', 'Terminating'] }, pod: {}, want: false },
  'a priority class may be named': {
    spec: expression('PriorityClass', 'In', 'high'),
    pod: { priorityClassName: 'high' },
    want: true,
  },
  'or excluded': {
    spec: expression('PriorityClass', 'NotIn', 'high'),
    pod: { priorityClassName: 'high' },
    want: false,
  },
  'or be any': { spec: expression('PriorityClass', 'Exists'), pod: { priorityClassName: 'x' }, want: true },
  'or be none': { spec: expression('PriorityClass', 'DoesNotExist'), pod: {}, want: true },
  'CrossNamespacePodAffinity speaks of a pod that wants to be near those of another namespace': {
    spec: { scopes: ['CrossNamespacePodAffinity'] },
    pod: { affinity: far },
    want: true,
  },
};
for (const [name, { spec, pod: given, want }] of Object.entries(scopes)) {
  test(`scopes: ${name}`, () => {
    expect(speaksOf({ metadata: {}, spec }, Pods, pod(given))).toBe(want);
  });
}

test('a quota with a scope speaks of pods alone', () => {
  expect(speaksOf({ metadata: {}, spec: { scopes: ['BestEffort'] } }, ConfigMaps, { metadata: {} })).toBe(
    false,
  );
});

test('every container names what a quota of processors or memory bounds', () => {
  const given = pod({
    containers: [
      { name: 'b', image: 'a', ...cpu },
      { name: 'a', image: 'a' },
    ],
    initContainers: [{ name: 'c', image: 'a' }],
  });
  expect(unnamed(['requests.cpu', 'limits.memory', 'requests.ephemeral-storage', 'pods'], given)).toBe(
    'must specify limits.memory for: a,b,c; requests.cpu for: a,c',
  );
  expect(unnamed(['pods'], given)).toBeUndefined();
});
