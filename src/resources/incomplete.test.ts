import { expect, test } from 'vitest';
import { deepCopy, type KubernetesObject } from '../apimachinery/object.ts';
import { cronJobs } from './cronjob/cronJob.ts';
import { daemonSets } from './daemonset/daemonSet.ts';
import { deployments } from './deployment.ts';
import { jobs } from './job/job.ts';
import { pods } from './pod/pod.ts';
import type { Resource } from './resource.ts';

// The decoder sees to it that every field is of its type, not that it is there if Go has a pointer; and parts of this process write without it.

const handler = { exec: { command: ['a'] }, httpGet: { port: 1 }, tcpSocket: { port: 1 }, grpc: { port: 1 } };
const key = { key: 'k', operator: 'In', values: ['v'] };
const selector = { matchLabels: { a: 'b' }, matchExpressions: [key] };
const podTerm = {
  labelSelector: selector,
  namespaceSelector: selector,
  topologyKey: 't',
  matchLabelKeys: ['m'],
};
const nodeTerm = { matchExpressions: [key], matchFields: [key] };
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
const podAffinity = { [required]: [podTerm], [preferred]: [{ weight: 1, podAffinityTerm: podTerm }] };

const container = {
  name: 'c',
  image: 'i',
  ports: [{ containerPort: 1, hostPort: 1 }],
  env: [
    { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
    {
      name: 'C',
      valueFrom: { secretKeyRef: { name: 's', key: 'k' }, configMapKeyRef: { name: 's', key: 'k' } },
    },
    { name: 'D', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'p', key: 'k' } } },
  ],
  envFrom: [{ configMapRef: { name: 'm' } }, { secretRef: { name: 's' } }],
  volumeMounts: [{ name: 'v', mountPath: '/v' }],
  volumeDevices: [{ name: 'v', devicePath: '/d' }],
  resources: { limits: { cpu: '1' }, requests: { cpu: '1' }, claims: [{ name: 'r', request: 'q' }] },
  resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
  restartPolicy: 'Always',
  restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }],
  livenessProbe: { ...handler },
  readinessProbe: { httpGet: { port: 1, httpHeaders: [{ name: 'n', value: 'v' }] } },
  lifecycle: { preStop: { sleep: { seconds: 1 } }, postStart: { exec: { command: ['a'] } } },
  securityContext: {
    capabilities: { add: ['A'] },
    seccompProfile: { type: 'Localhost', localhostProfile: 'l' },
  },
};
const podSpec = {
  containers: [container],
  initContainers: [{ ...container, name: 'i' }],
  ephemeralContainers: [{ name: 'e', image: 'i' }],
  volumes: [
    { name: 'v', configMap: { name: 'm', items: [{ key: 'k', path: 'p' }] } },
    { name: 'w', downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.name' } }] } },
    {
      name: 'x',
      projected: { sources: [{ secret: { name: 's' } }, { serviceAccountToken: { path: 'p' } }] },
    },
    {
      name: 'y',
      ephemeral: {
        volumeClaimTemplate: {
          metadata: { labels: { a: 'b' } },
          spec: { accessModes: ['a'], dataSource: { kind: 'k', name: 'n' }, dataSourceRef: { kind: 'k' } },
        },
      },
      image: { reference: 'r' },
    },
    {
      name: 'q',
      iscsi: { targetPortal: 't', iqn: 'q', lun: 0, initiatorName: 'i', secretRef: { name: 's' } },
      csi: { driver: 'd', nodePublishSecretRef: { name: 's' } },
      quobyte: { registry: 'r', volume: 'v', tenant: 't' },
      storageos: { volumeName: 'v', secretRef: { name: 's' } },
      flexVolume: { driver: 'd', options: { a: 'b' } },
      azureDisk: { diskName: 'd', diskURI: 'd', kind: 'Managed' },
    },
    ...['iscsi', 'csi', 'quobyte', 'storageos', 'flexVolume', 'azureDisk', 'flocker', 'fc', 'image'].map(
      (source) => ({ name: source.toLowerCase(), [source]: {} }),
    ),
    { name: 'z', nfs: { server: 's', path: '/' }, fc: { targetWWNs: ['w'] }, secret: { secretName: 's' } },
  ],
  affinity: {
    nodeAffinity: {
      [required]: { nodeSelectorTerms: [nodeTerm] },
      [preferred]: [{ weight: 1, preference: nodeTerm }],
    },
    podAffinity,
    podAntiAffinity: podAffinity,
  },
  tolerations: [{ key: 'k', operator: 'Exists' }],
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 't', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector },
  ],
  securityContext: { sysctls: [{ name: 'n', value: 'v' }], supplementalGroups: [1] },
  dnsPolicy: 'None',
  dnsConfig: { nameservers: ['1.1.1.1'], searches: ['a'], options: [{ name: 'n' }] },
  hostAliases: [{ ip: '1.1.1.1', hostnames: ['a'] }],
  imagePullSecrets: [{ name: 's' }],
  readinessGates: [{ conditionType: 'c' }],
  schedulingGates: [{ name: 'g' }],
  resourceClaims: [{ name: 'r', resourceClaimName: 'c' }],
  resources: { limits: { cpu: '1' }, requests: { cpu: '1' } },
  overhead: { cpu: '1' },
  os: { name: 'windows' },
  hostNetwork: true,
};
const metadata = { name: 'n', uid: 'u', labels: { a: 'b' }, annotations: { a: 'b' } };
const template = {
  metadata: { labels: { a: 'b' } },
  spec: { containers: [container], restartPolicy: 'Never' },
};
const jobSpec = {
  template,
  completionMode: 'Indexed',
  completions: 3,
  selector,
  podFailurePolicy: {
    rules: [
      { action: 'Count', onExitCodes: { operator: 'In', values: [1] }, onPodConditions: [{ type: 't' }] },
    ],
  },
  successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] },
};
const lasting = {
  selector,
  template,
  strategy: { rollingUpdate: { maxSurge: 1 } },
  updateStrategy: { rollingUpdate: {} },
};

const kinds: [Resource, object][] = [
  [pods, podSpec],
  [jobs, jobSpec],
  [cronJobs, { schedule: '* * * * *', jobTemplate: { spec: jobSpec } }],
  [daemonSets, lasting],
  [deployments, lasting],
];

/** The object without one of its parts, for each part in turn; in a list the part is emptied. */
function* lacking(given: object): Generator<object> {
  for (const [key, value] of Object.entries(given)) {
    yield without(given, key, value);
    if (typeof value !== 'object') continue;
    for (const part of lacking(value)) {
      yield Array.isArray(given) ? given.with(Number(key), part) : { ...given, [key]: part };
    }
  }
}

function without(given: object, key: string, value: unknown): object {
  if (Array.isArray(given)) return given.with(Number(key), typeof value === 'object' ? {} : '');
  return Object.fromEntries(Object.entries(given).filter(([name]) => name !== key));
}

function walkThrough(resource: Resource, object: KubernetesObject): void {
  resource.setDefaults?.(object);
  resource.prepareCreate?.(object);
  const stored = deepCopy(object);
  resource.validate(object);
  resource.prepareUpdate?.(object, stored);
  resource.validateUpdate(object, stored);
  resource.validateStatusUpdate?.(object, stored);
  resource.warnings?.(object, undefined);
  for (const column of resource.columns) column.cell(object, 0);
}

test.each(kinds)('whatever is missing of a $kind, it is told so or it is right', (resource, spec) => {
  let count = 0;
  for (const part of lacking({ metadata, spec })) {
    const object = deepCopy({ metadata, ...part }) as KubernetesObject;
    object.metadata ??= {};
    walkThrough(resource, object);
    count++;
  }
  expect(count).toBeGreaterThan(20);
});
