import { expect, test } from 'vitest';
import { notFound } from '../../apimachinery/errors.ts';
import type { Client } from '../../client/client.ts';
import { Secrets } from '../../resources/kinds.ts';
import type { RegistryCredentials } from '../../runtime/runtime.ts';
import { pullSecrets } from './pullSecrets.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const entry = { 'a.test': { auth: base64('me:a:b') } };
const WANTED = [{ registry: 'a.test', username: 'me', password: 'a:b' }];

const cases: Record<string, { data?: Record<string, string>; want: RegistryCredentials[] }> = {
  'of today': { data: { '.dockerconfigjson': base64(JSON.stringify({ auths: entry })) }, want: WANTED },
  'of old': { data: { '.dockercfg': base64(JSON.stringify(entry)) }, want: WANTED },
  'with name and password apart': {
    data: {
      '.dockerconfigjson': base64(
        JSON.stringify({ auths: { 'a.test': { username: 'me', password: 'a:b', auth: '' } } }),
      ),
    },
    want: WANTED,
  },
  'that is spoilt': { data: { '.dockerconfigjson': base64('oh no') }, want: [] },
  'that is not there': { want: [] },
};
for (const [name, { data, want }] of Object.entries(cases))
  test(`a pull secret ${name} gives ${want.length === 0 ? 'nothing' : 'its credentials'}`, async () => {
    const get = async () => {
      if (!data) throw notFound(Secrets, 'pull');
      return { data };
    };
    const pod = {
      metadata: { name: 'p', namespace: 'default' },
      spec: { containers: [], imagePullSecrets: [{ name: 'pull' }] },
    };
    expect(await pullSecrets(pod, { get } as unknown as Client)).toEqual(want);
  });
