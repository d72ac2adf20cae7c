import { expect, test } from 'vitest';
import type { Container, Pod, PodSpec, Volume } from '../../generated/types.ts';
import { setPodDefaults, setPodSpecDefaults } from './podDefaults.ts';
import { container, pod } from './testing.ts';

test('a bare pod gets what upstream gives it', () => {
  expect(pod().spec).toEqual({
    containers: [
      {
        name: 'c',
        image: 'nginx',
        imagePullPolicy: 'Always',
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        resources: {},
      },
    ],
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    enableServiceLinks: true,
  });
});

test('a pod without a spec gets one, so that it can be told what it lacks', () => {
  const empty = { metadata: {} } as Pod;
  setPodDefaults(empty);
  expect(empty.spec.containers).toEqual([]);
});

const pullPolicies: [image: string, policy: string][] = [
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['nginx:1.27', 'IfNotPresent'],
  ['registry:5000/nginx', 'Always'],
  ['registry:5000/nginx:1.27', 'IfNotPresent'],
  ['nginx@sha256:0123456789abcdef', 'IfNotPresent'],
  [`nginx:latest@sha256:${'0'.repeat(64)}`, 'Always'],
  [`nginx:1@sha256:${'0'.repeat(64)}`, 'IfNotPresent'],
  ['nginx:latest-1', 'IfNotPresent'],
  ['Registry.example-1.com:5000/a_b/c__d/e--f.g', 'Always'],
  ['[2001:db8::1]:5000/nginx', 'Always'],
  ['localhost/nginx:latest', 'Always'],
  ['Nginx', 'IfNotPresent'],
  ['nginx:latest:latest', 'IfNotPresent'],
  ['a/-b', 'IfNotPresent'],
  ['a//b', 'IfNotPresent'],
  ['<image>', 'IfNotPresent'],
  ['0'.repeat(64), 'IfNotPresent'],
  ['', 'IfNotPresent'],
];
test.each(pullPolicies)('the image %j is pulled %s', (image, policy) => {
  expect(pod({ containers: [container({ image })] }).spec.containers[0]!.imagePullPolicy).toBe(policy);
});

const containers: Record<string, { given: Partial<Container>; want: Partial<Container> }> = {
  'a port is of TCP': {
    given: { ports: [{ containerPort: 80 }] },
    want: { ports: [{ containerPort: 80, protocol: 'TCP' }] },
  },
  'a probe has its periods and thresholds': {
    given: { livenessProbe: { httpGet: { port: 80 } } },
    want: {
      livenessProbe: {
        httpGet: { port: 80, path: '/', scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
    },
  },
  'a field reference is of v1': {
    given: { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
    want: { env: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }] },
  },
  'requests follow limits': {
    given: { resources: { limits: { cpu: '0.5', memory: '1024Mi' }, requests: { cpu: '100m' } } },
    want: {
      resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '100m', memory: '1Gi' } },
    },
  },
  'nothing finer than a thousandth is kept': {
    given: { resources: { requests: { cpu: '0.0001' } } },
    want: { resources: { requests: { cpu: '1m' } } },
  },
};
test.each(Object.entries(containers))('in a container: %s', (_, { given, want }) => {
  expect(pod({ containers: [container(given)] }).spec.containers[0]).toMatchObject(want);
});

const volumes: Record<string, { given: Partial<Volume>; want: Partial<Volume> }> = {
  'one without a source is an empty directory': { given: {}, want: { emptyDir: {} } },
  'a config map has mode 0644': {
    given: { configMap: { name: 'm' } },
    want: { configMap: { name: 'm', defaultMode: 420 } },
  },
  'a secret has mode 0644': { given: { secret: {} }, want: { secret: { defaultMode: 420 } } },
  'a host path is of any type': {
    given: { hostPath: { path: '/' } },
    want: { hostPath: { path: '/', type: '' } },
  },
  'an image without a tag, of a registry with a port, is always pulled': {
    given: { image: { reference: 'registry:5000/a' } },
    want: { image: { reference: 'registry:5000/a', pullPolicy: 'Always' } },
  },
  'amounts of a claim are in canonical form': {
    given: {
      ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: '1024Mi' } } } } },
    },
    want: {
      ephemeral: {
        volumeClaimTemplate: {
          spec: { resources: { requests: { storage: '1Gi' } }, volumeMode: 'Filesystem' },
        },
      },
    },
  },
  'a divisor is in canonical form': {
    given: {
      downwardAPI: {
        items: [{ path: 'p', resourceFieldRef: { resource: 'limits.memory', divisor: '1024Ki' } }],
      },
    },
    want: {
      downwardAPI: {
        items: [{ path: 'p', resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } }],
        defaultMode: 420,
      },
    },
  },
  'a projected token lives an hour': {
    given: { projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
    want: {
      projected: {
        sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }],
        defaultMode: 420,
      },
    },
  },
};
test.each(Object.entries(volumes))('of volumes: %s', (_, { given, want }) => {
  expect(pod({ volumes: [{ name: 'v', ...given }] }).spec.volumes).toEqual([{ name: 'v', ...want }]);
});

test("in the host's network a port is the host's", () => {
  const { containers } = pod({
    hostNetwork: true,
    containers: [container({ ports: [{ containerPort: 80 }] })],
  }).spec;
  expect(containers[0]!.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
});

test('a template leaves to its pods what depends on them', () => {
  const ports = [{ containerPort: 80 }];
  const resources = { limits: { cpu: '1' } };
  const spec: PodSpec = { hostNetwork: true, containers: [container({ ports, resources })] };
  setPodSpecDefaults(spec);
  expect(spec.enableServiceLinks).toBeUndefined();
  expect(spec.containers[0]!.ports).toEqual([{ containerPort: 80, protocol: 'TCP' }]);
  expect(spec.containers[0]!.resources).toEqual({ limits: { cpu: '1' } });
});

test('how a container is resized is left open where it is not said', () => {
  const resources = { requests: { cpu: '1', memory: '1Gi' } };
  expect(pod({ containers: [container({ resources })] }).spec.containers[0]).not.toHaveProperty(
    'resizePolicy',
  );
});

const huge = { 'hugepages-2Mi': '2Mi' };
const podResources: Record<string, { given: Partial<PodSpec>; want: PodSpec['resources'] }> = {
  'a limited one asks for what its containers ask for, else for its limits': {
    given: {
      resources: { limits: { cpu: '4', memory: '1Gi' } },
      initContainers: [container({ name: 'i', resources: { requests: { cpu: '3' } } })],
      containers: [container({ resources: { requests: { cpu: '1' } } })],
    },
    want: { limits: { cpu: '4', memory: '1Gi' }, requests: { cpu: '3', memory: '1Gi' } },
  },
  'one without limits asks for what it says': {
    given: {
      resources: { requests: { cpu: '4' } },
      containers: [container({ resources: { requests: { cpu: '1', memory: '1Gi' } } })],
    },
    want: { requests: { cpu: '4' } },
  },
  'it has the huge pages of its containers': {
    given: {
      resources: { requests: { cpu: '4' } },
      containers: [
        container({ resources: { limits: huge } }),
        container({ name: 'd', resources: { limits: huge } }),
      ],
    },
    want: { limits: { 'hugepages-2Mi': '4Mi' }, requests: { cpu: '4', 'hugepages-2Mi': '4Mi' } },
  },
};
test.each(Object.entries(podResources))('of a pod with resources of its own: %s', (_, { given, want }) => {
  expect(pod(given).spec.resources).toEqual(want);
});

test('what is no quantity is refused in the words of upstream', () => {
  const resources = { limits: { cpu: 'much' } };
  expect(() => pod({ containers: [container({ resources })] })).toThrow(
    'quantities must match the regular expression',
  );
});

test.each([
  { serviceAccountName: 'a' },
  { serviceAccount: 'a' },
  { serviceAccountName: 'a', serviceAccount: 'b' },
])('an account goes by both of its names: %o', (given) => {
  const spec = { containers: [], ...given };
  setPodSpecDefaults(spec);
  expect(spec).toMatchObject({ serviceAccountName: 'a', serviceAccount: 'a' });
});
