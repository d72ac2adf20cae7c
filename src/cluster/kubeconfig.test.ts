import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { kubeconfig } from './kubeconfig.ts';

const server = 'https://127.0.0.1:6443';
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('a kubeconfig holds all that a client needs', () => {
  const credentials = { certificate: 'the certificate', key: 'the key' };
  const text = kubeconfig({
    clusterName: 'sampan',
    server,
    caCertificate: 'the CA',
    user: { name: 'admin', credentials },
  });
  expect(parse(text)).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sampan', cluster: { server, 'certificate-authority-data': base64('the CA') } }],
    users: [
      {
        name: 'admin',
        user: { 'client-certificate-data': base64('the certificate'), 'client-key-data': base64('the key') },
      },
    ],
    contexts: [{ name: 'admin@sampan', context: { cluster: 'sampan', user: 'admin' } }],
    'current-context': 'admin@sampan',
    preferences: {},
  });
});

test('without a user it tells only where the cluster is', () => {
  expect(parse(kubeconfig({ server, caCertificate: 'the CA' }))).toMatchObject({
    clusters: [{ name: '', cluster: { server } }],
    users: null,
    contexts: null,
    'current-context': '',
  });
});
