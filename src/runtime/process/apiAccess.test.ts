import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApiService, ContainerConfig } from '../runtime.ts';
import { containerWith, POD } from '../testing/configs.ts';
import { ACCOUNT_PATH, withServerAddress, writeKubeconfig } from './apiAccess.ts';
import { ContainerFiles } from './containerFiles.ts';

const service: ApiService = {
  clusterIP: '10.96.0.1',
  port: 443,
  server: { address: '192.0.2.7', port: 6443 },
};

let files: ContainerFiles;
beforeEach(() => {
  files = new ContainerFiles(mkdtempSync(join(tmpdir(), 'sampan-api-')));
});
afterEach(() => rmSync(files.directory, { recursive: true, force: true }));

const mounted = (...paths: string[]): ContainerConfig =>
  containerWith({
    mounts: paths.map((containerPath) => ({ containerPath, hostPath: files.directory, readOnly: true })),
  });

test('the variables of the service lead to the server, and others are left', () => {
  const variables: [string, string][] = [
    ['KUBERNETES_SERVICE_HOST', '10.96.0.1'],
    ['KUBERNETES_SERVICE_PORT', '443'],
    ['KUBERNETES_PORT', 'tcp://10.96.0.1:443'],
    ['WEB_SERVICE_PORT', '443'],
  ];
  expect(withServerAddress(containerWith({ env: variables }), service).env).toEqual([
    ['KUBERNETES_SERVICE_HOST', '192.0.2.7'],
    ['KUBERNETES_SERVICE_PORT', '6443'],
    ['KUBERNETES_PORT', 'tcp://192.0.2.7:6443'],
    ['WEB_SERVICE_PORT', '443'],
  ]);
});

test('a container with a service account has a kubeconfig in its home', async () => {
  await writeKubeconfig(files, mounted(ACCOUNT_PATH), POD, service);
  const account = files.root + ACCOUNT_PATH;
  expect(JSON.parse(readFileSync(files.inRoot('.kube/config'), 'utf8'))).toMatchObject({
    clusters: [
      { cluster: { server: 'https://192.0.2.7:6443', 'certificate-authority': `${account}/ca.crt` } },
    ],
    users: [{ user: { tokenFile: `${account}/token` } }],
    contexts: [{ name: 'pod', context: { namespace: 'default' } }],
    'current-context': 'pod',
  });
});

test.each([
  ['one without an account has none', []],
  ['nor has one whose pod has a volume there', [ACCOUNT_PATH, '/.kube']],
])('%s', async (_, paths) => {
  await writeKubeconfig(files, mounted(...paths), POD, service);
  expect(existsSync(files.inRoot('.kube/config'))).toBe(false);
});
