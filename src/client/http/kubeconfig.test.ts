import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { serverAccessFromKubeconfig } from './kubeconfig.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly rest?: object;
}
const kubeconfig = ({ cluster = {}, user = {}, rest = {} }: Parts) =>
  stringify({
    'current-context': 'here',
    contexts: [
      { name: 'there', context: { cluster: 'other', user: 'nobody' } },
      { name: 'here', context: { cluster: 'mine', user: 'me' } },
    ],
    clusters: [{ name: 'mine', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
    users: [{ name: 'me', user }],
    ...rest,
  });

const cases: Record<string, { given: Parts; want: object }> = {
  'a client certificate inside': {
    given: {
      cluster: { 'certificate-authority-data': base64('CA') },
      user: { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') },
    },
    want: { caCertificate: 'CA', credentials: { certificate: 'CERT', key: 'KEY' } },
  },
  'a bearer token': { given: { user: { token: 'secret' } }, want: { credentials: { token: 'secret' } } },
  'nobody in particular': { given: {}, want: { credentials: undefined } },
  'another name of the server': {
    given: { cluster: { 'tls-server-name': 'kube' } },
    want: { serverName: 'kube' },
  },
  'a server that is not checked': {
    given: { cluster: { 'insecure-skip-tls-verify': true } },
    want: { isUnverified: true },
  },
};
for (const [name, { given, want }] of Object.entries(cases)) {
  test(`${name} is understood`, () => {
    const access = serverAccessFromKubeconfig(kubeconfig(given));
    expect(access).toMatchObject({ server: 'https://10.0.0.1:6443', ...want });
  });
}

test('files are read, also beside the kubeconfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sampan-kubeconfig-'));
  writeFileSync(join(folder, 'ca.crt'), 'CA');
  writeFileSync(join(folder, 'token'), 'secret\n');
  const text = kubeconfig({
    cluster: { 'certificate-authority': 'ca.crt' },
    user: { tokenFile: join(folder, 'token') },
  });
  expect(serverAccessFromKubeconfig(text, folder)).toMatchObject({
    caCertificate: 'CA',
    credentials: { token: 'secret' },
  });
  rmSync(folder, { recursive: true });
});

const refusals: Record<string, [text: string, message: RegExp]> = {
  'no YAML': ['{', /^Cannot read the kubeconfig: /],
  'an empty file': ['', /lacks an object$/],
  'a list': ['[]', /lacks the context ""$/],
  'a context that is not there': [kubeconfig({ rest: { 'current-context': 'x' } }), /lacks the context "x"$/],
  'a cluster that is not there': [kubeconfig({ rest: { clusters: null } }), /lacks the cluster "mine"$/],
  'a cluster without an address': [kubeconfig({ cluster: { server: '' } }), /lacks a server$/],
  'credentials from a program': [kubeconfig({ user: { exec: { command: 'x' } } }), /come from a plugin/],
};
for (const [name, [text, message]] of Object.entries(refusals)) {
  test(`${name} is refused`, () => expect(() => serverAccessFromKubeconfig(text)).toThrow(message));
}
