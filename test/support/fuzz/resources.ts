import type { JsonObject } from '../../../src/apimachinery/patch/jsonValue.ts';

/** A resource that requests are made for, with a body that the server accepts. */
export interface FuzzedResource {
  /** `/api/v1` or `/apis/apps/v1`. */
  readonly root: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  readonly body: JsonObject;
}

const labels = { app: 'fuzz' };
const podSpec = {
  restartPolicy: 'Never',
  containers: [
    {
      name: 'main',
      image: 'busybox',
      command: ['/bin/sh', '-c', 'sleep 1'],
      ports: [{ name: 'http', containerPort: 80 }],
      env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'a', key: 'k' } } }],
      resources: { requests: { cpu: '10m', memory: '1Mi' } },
    },
  ],
};
const template = { metadata: { labels }, spec: podSpec };
const runningTemplate = { ...template, spec: { ...podSpec, restartPolicy: 'Always' } };
const jobSpec = { completions: 2, parallelism: 1, backoffLimit: 1, template };
const subject = { kind: 'ServiceAccount', name: 'default', namespace: 'default' };

/** `apps/v1 deployments Deployment`, or `v1 …` for the core group. A leading `*` marks what has no namespace. */
const resource = (name: string, fields: JsonObject, ...subresources: string[]): FuzzedResource => {
  const [apiVersion = '', plural = '', kind = ''] = name.replace('*', '').split(' ');
  return {
    root: apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`,
    plural,
    namespaced: !name.startsWith('*'),
    subresources,
    body: { apiVersion, kind, metadata: { name: 'a', labels }, ...fields },
  };
};

export const fuzzedResources: readonly FuzzedResource[] = [
  resource(
    'v1 pods Pod',
    { spec: podSpec },
    'status',
    'log',
    'exec',
    'attach',
    'binding',
    'eviction',
    'ephemeralcontainers',
  ),
  resource('v1 configmaps ConfigMap', { data: { k: 'v' } }),
  resource('v1 secrets Secret', { type: 'Opaque', data: { k: 'dg==' } }),
  resource('v1 services Service', { spec: { ports: [{ port: 80 }], selector: labels } }, 'status'),
  resource('v1 endpoints Endpoints', { subsets: [] }),
  resource('v1 events Event', {
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'a' },
    reason: 'Fuzzed',
    message: 'x',
    type: 'Normal',
  }),
  resource('v1 serviceaccounts ServiceAccount', {}, 'token'),
  resource('v1 limitranges LimitRange', { spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] } }),
  resource('v1 resourcequotas ResourceQuota', { spec: { hard: { pods: '9999' } } }, 'status'),
  resource('*v1 namespaces Namespace', {}, 'status', 'finalize'),
  resource('*v1 nodes Node', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } }, 'status'),
  resource(
    'apps/v1 deployments Deployment',
    { spec: { replicas: 1, selector: { matchLabels: labels }, template: runningTemplate } },
    'status',
    'scale',
  ),
  resource(
    'apps/v1 replicasets ReplicaSet',
    { spec: { replicas: 1, selector: { matchLabels: labels }, template: runningTemplate } },
    'status',
    'scale',
  ),
  resource(
    'apps/v1 daemonsets DaemonSet',
    { spec: { selector: { matchLabels: labels }, template: runningTemplate } },
    'status',
  ),
  resource('apps/v1 controllerrevisions ControllerRevision', { revision: 1, data: { any: ['thing'] } }),
  resource('batch/v1 jobs Job', { spec: jobSpec }, 'status'),
  resource(
    'batch/v1 cronjobs CronJob',
    { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: jobSpec } } },
    'status',
  ),
  resource(
    'batch/v1beta1 cronjobs CronJob',
    { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: jobSpec } } },
    'status',
  ),
  resource('coordination.k8s.io/v1 leases Lease', {
    spec: { holderIdentity: 'me', leaseDurationSeconds: 15 },
  }),
  resource('discovery.k8s.io/v1 endpointslices EndpointSlice', {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  }),
  resource('rbac.authorization.k8s.io/v1 roles Role', {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  }),
  resource('rbac.authorization.k8s.io/v1 rolebindings RoleBinding', {
    subjects: [subject],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a' },
  }),
  resource('*scheduling.k8s.io/v1 priorityclasses PriorityClass', { value: 7 }),
  resource(
    '*certificates.k8s.io/v1 certificatesigningrequests CertificateSigningRequest',
    {
      spec: { request: 'LQ==', signerName: 'example.com/x', usages: ['client auth'] },
    },
    'status',
    'approval',
  ),
  resource('*authorization.k8s.io/v1 selfsubjectaccessreviews SelfSubjectAccessReview', {
    spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
  }),
  resource('*authentication.k8s.io/v1 tokenreviews TokenReview', { spec: { token: 'x' } }),
  resource('example.com/v1 unknowns Unknown', { spec: {} }),
];
