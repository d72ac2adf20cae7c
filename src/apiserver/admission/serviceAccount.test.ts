import { expect, test } from 'vitest';
import type { Pod, PodSpec } from '../../generated/types.ts';
import { Namespaces, Pods, ServiceAccounts } from '../../resources/kinds.ts';
import { namespace, pod } from '../testing/registry.ts';
import { account, outcome, startAdmission } from './testing.ts';

const PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const forbidden = (name: string, why: string) => `403 Forbidden: pods "${name}" is forbidden: ${why}`;

test('a pod runs as the default account and finds its token', async () => {
  const { client } = await startAdmission();
  const { spec } = await client.create(Pods, pod('web'));
  const name = spec.volumes![0]!.name;
  expect(name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
  expect(spec).toMatchObject({
    serviceAccountName: 'default',
    serviceAccount: 'default',
    volumes: [
      {
        name,
        projected: {
          defaultMode: 420,
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
            {
              downwardAPI: {
                items: [
                  { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
                ],
              },
            },
          ],
        },
      },
    ],
    containers: [{ volumeMounts: [{ name, readOnly: true, mountPath: PATH }] }],
  });
});

const noMount = { automountServiceAccountToken: false };
const withMount = { name: 'own', mountPath: PATH };
const own: Partial<PodSpec> = {
  volumes: [{ name: 'own', emptyDir: {} }],
  containers: [{ name: 'main', image: 'nginx', volumeMounts: [withMount] }],
};

const mounts: Record<string, { account?: object; spec?: Partial<PodSpec>; want: string[] }> = {
  'every container gets the mount': {
    spec: {
      initContainers: [{ name: 'first', image: 'busybox' }],
      containers: [
        { name: 'a', image: 'nginx' },
        { name: 'b', image: 'nginx' },
      ],
    },
    want: ['first', 'a', 'b'],
  },
  'a pod may do without': { spec: noMount, want: [] },
  'an account may have its pods do without': { account: noMount, want: [] },
  "the pod's word counts before the account's": {
    account: noMount,
    spec: { automountServiceAccountToken: true },
    want: ['main'],
  },
  'what a container mounts there itself stays': { spec: own, want: [] },
};
for (const [name, { account: rest = {}, spec, want }] of Object.entries(mounts)) {
  test(name, async () => {
    const { client } = await startAdmission();
    await client.create(ServiceAccounts, account('robot', rest));
    const created = await client.create(Pods, pod('web', { serviceAccountName: 'robot', ...spec }));
    expect(mountedIn(created)).toEqual(want);
  });
}

const mountedIn = ({ spec }: Pod): string[] =>
  [...(spec.initContainers ?? []), ...spec.containers]
    .filter(({ volumeMounts = [] }) => volumeMounts.some(({ name }) => name.startsWith('kube-api-access-')))
    .map(({ name }) => name);

test('a pod without pull secrets gets those of its account', async () => {
  const { client } = await startAdmission();
  await client.create(ServiceAccounts, account('robot', { imagePullSecrets: [{ name: 'registry' }] }));
  const secretsOf = async (name: string, spec: Partial<PodSpec>) =>
    (await client.create(Pods, pod(name, { serviceAccountName: 'robot', ...spec }))).spec.imagePullSecrets;
  expect(await secretsOf('a', {})).toEqual([{ name: 'registry' }]);
  expect(await secretsOf('b', { imagePullSecrets: [{ name: 'mine' }] })).toEqual([{ name: 'mine' }]);
});

test('the older name of the field is read, too', async () => {
  const { client } = await startAdmission();
  await client.create(ServiceAccounts, account('robot'));
  const { spec } = await client.create(Pods, pod('web', { serviceAccount: 'robot' }));
  expect(spec.serviceAccountName).toBe('robot');
});

const mirror = { annotations: { 'kubernetes.io/config.mirror': 'x' } };
const refusals: Record<string, { pod: Pod; want: string }> = {
  'an account that is missing is named': {
    pod: pod('web', { serviceAccountName: 'x' }),
    want: forbidden('web', 'error looking up service account default/x: serviceaccount "x" not found'),
  },
  'a pod without a name yet goes by its prefix': {
    pod: {
      ...pod(''),
      metadata: { generateName: 'web-', namespace: 'default' },
      spec: { ...pod('').spec, serviceAccountName: 'x' },
    },
    want: forbidden('web-', 'error looking up service account default/x: serviceaccount "x" not found'),
  },
  'a namespace that is missing is what is told': {
    pod: pod('web', {}, { namespace: 'gone' }),
    want: '404 NotFound: namespaces "gone" not found',
  },
  'a mirror pod has no account': {
    pod: pod('web', { serviceAccountName: 'default' }, mirror),
    want: forbidden('web', 'a mirror pod may not reference service accounts'),
  },
  'a mirror pod has no secrets': {
    pod: pod('web', { volumes: [{ name: 'v', secret: { secretName: 's' } }] }, mirror),
    want: forbidden('web', 'a mirror pod may not reference secrets'),
  },
};
for (const [name, { pod: given, want }] of Object.entries(refusals)) {
  test(name, async () => {
    const { client } = await startAdmission();
    expect(await outcome(client.create(Pods, given))).toBe(want);
  });
}

test('a pod that comes before the default account waits for it', async () => {
  const { client, clock } = await startAdmission();
  await client.create(Namespaces, namespace('new'));
  const created = outcome(client.create(Pods, pod('web', {}, { namespace: 'new' })));
  await clock.advance(900);
  await client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'new' } });
  expect(await created).toBe('done');
});

test('it does not wait for ever', async () => {
  const { client, clock } = await startAdmission();
  await client.create(Namespaces, namespace('new'));
  const created = outcome(client.create(Pods, pod('web', {}, { namespace: 'new' })));
  await clock.advance(1000);
  expect(await created).toBe(
    forbidden('web', 'error looking up service account new/default: serviceaccount "default" not found'),
  );
});
