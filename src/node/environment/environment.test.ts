import { describe, expect, test } from 'vitest';
import { configMap, startRegistry } from '../../apiserver/testing/registry.ts';
import type { Container, EnvFromSource, EnvVar, Pod, Service } from '../../generated/types.ts';
import { ConfigMaps, Secrets } from '../../resources/kinds.ts';
import { environmentOf } from './environment.ts';

const pod: Pod = {
  metadata: { name: 'web', namespace: 'default', uid: 'u', labels: { app: 'x', 'a/b': 'c' } },
  spec: { nodeName: 'node01', serviceAccountName: 'robot', containers: [] },
};
const resources = { limits: { cpu: '1500m' }, requests: { memory: '64Mi' } };
const node = { hostIPs: ['192.168.0.11'], podIP: '10.244.1.2', allocatable: { memory: '8Gi' } };
const service: Service = {
  metadata: { name: 'my-db', namespace: 'default' },
  spec: { clusterIP: '10.96.0.9', ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] },
};

interface Case {
  readonly env?: EnvVar[];
  readonly envFrom?: EnvFromSource[];
  readonly services?: Service[];
  readonly want: Record<string, string> | string;
}

const field = (fieldPath: string): EnvVar => ({ name: 'A', valueFrom: { fieldRef: { fieldPath } } });
const resource = (name: string, divisor?: string): EnvVar => ({
  name: 'A',
  valueFrom: { resourceFieldRef: { resource: name, ...(divisor && { divisor }) } },
});

const files: Record<string, string> = {
  'config/db.env': "HOST='db'\nEMPTY=''\n",
  'config/bad.env': 'HOST=db\n',
};
async function readVolumeFile(volume: string, path: string) {
  const text = files[`${volume}/${path}`];
  if (text === undefined) throw new Error('no such file');
  return { path: `/pods/u/${path}`, text };
}
const fromFile = (path: string, key: string, optional = false): EnvVar => ({
  name: 'A',
  valueFrom: { fileKeyRef: { volumeName: 'config', path, key, optional } },
});

const cases: Record<string, Case> = {
  'literals, later ones from earlier ones': {
    env: [
      { name: 'A', value: 'a' },
      { name: 'B', value: '$(A)-b $(NONE) $$(A)' },
    ],
    want: { A: 'a', B: 'a-b $(NONE) $(A)' },
  },
  'a field': { env: [field('metadata.name')], want: { A: 'web' } },
  'a label': { env: [field("metadata.labels['a/b']")], want: { A: 'c' } },
  'the node': { env: [field('spec.nodeName')], want: { A: 'node01' } },
  'the addresses': {
    env: [field('status.podIP'), { ...field('status.hostIP'), name: 'B' }],
    want: { A: '10.244.1.2', B: '192.168.0.11' },
  },
  'a limit, rounded up': { env: [resource('limits.cpu')], want: { A: '2' } },
  'a limit in thousandths': { env: [resource('limits.cpu', '1m')], want: { A: '1500' } },
  'a request': { env: [resource('requests.memory', '1Mi')], want: { A: '64' } },
  'a limit that is not set is what the node has': {
    env: [resource('limits.memory', '1Gi')],
    want: { A: '8' },
  },
  'a key of a config map': {
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } }],
    want: { A: 'blue' },
  },
  'a key of a secret': {
    env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } }],
    want: { A: 'sesame' },
  },
  'all of a config map, with a prefix': {
    envFrom: [{ prefix: 'S_', configMapRef: { name: 'settings' } }],
    want: { S_color: 'blue' },
  },
  'env wins over envFrom': {
    envFrom: [{ configMapRef: { name: 'settings' } }],
    env: [{ name: 'color', value: 'red' }],
    want: { color: 'red' },
  },
  'what is optional may be missing': {
    envFrom: [{ secretRef: { name: 'none', optional: true } }],
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'none', optional: true } } }],
    want: {},
  },
  'a config map that is not there': {
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'none', key: 'a' } } }],
    want: 'configmap "none" not found',
  },
  'a secret that is not there': {
    envFrom: [{ secretRef: { name: 'none' } }],
    want: 'secret "none" not found',
  },
  'a key that is not there': {
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'none' } } }],
    want: "couldn't find key none in ConfigMap default/settings",
  },
  'a key by the name of something inherited': {
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'constructor' } } }],
    want: "couldn't find key constructor in ConfigMap default/settings",
  },
  'a key of a file': { env: [fromFile('db.env', 'HOST')], want: { A: 'db' } },
  'an optional key that its file does not have': { env: [fromFile('db.env', 'PORT', true)], want: {} },
  'a key that its file does not have': {
    env: [fromFile('db.env', 'PORT')],
    want: 'environment variable key "PORT" not found in file "/pods/u/db.env"',
  },
  'a key without a value': {
    env: [fromFile('db.env', 'EMPTY')],
    want: 'environment variable key "EMPTY" not found in file "/pods/u/db.env"',
  },
  'a file that is not there, optional or not': {
    env: [fromFile('none.env', 'HOST', true)],
    want: "couldn't parse env file",
  },
  'a file without quotes': { env: [fromFile('bad.env', 'HOST')], want: "couldn't parse env file" },
  'the services of the namespace': {
    services: [service],
    want: {
      MY_DB_SERVICE_HOST: '10.96.0.9',
      MY_DB_SERVICE_PORT: '5432',
      MY_DB_SERVICE_PORT_SQL: '5432',
      MY_DB_PORT: 'tcp://10.96.0.9:5432',
      MY_DB_PORT_5432_TCP: 'tcp://10.96.0.9:5432',
      MY_DB_PORT_5432_TCP_PROTO: 'tcp',
      MY_DB_PORT_5432_TCP_PORT: '5432',
      MY_DB_PORT_5432_TCP_ADDR: '10.96.0.9',
    },
  },
};

describe('the environment of a container', () => {
  for (const [name, { env = [], envFrom = [], services = [], want }] of Object.entries(cases)) {
    test(name, async () => {
      const { client } = await startRegistry();
      await client.create(ConfigMaps, configMap('settings', { data: { color: 'blue' } }));
      const password = Buffer.from('sesame').toString('base64');
      await client.create(Secrets, { metadata: { name: 'keys', namespace: 'default' }, data: { password } });
      const container: Container = { name: 'main', env, envFrom, resources };
      const whole = { ...pod, spec: { ...pod.spec, containers: [container] } };
      const made = environmentOf(whole, container, { client, services, node, readVolumeFile });
      if (typeof want === 'string') await expect(made).rejects.toThrow(want);
      else expect(Object.fromEntries(await made)).toEqual(want);
    });
  }
});
