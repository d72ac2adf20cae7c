import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import { ConfigMaps } from '../../resources/kinds.ts';
import { failure } from '../testing/failure.ts';
import { configMap, startRegistry } from '../testing/registry.ts';

const ref = (name: string) => ({ name, namespace: 'default' });

async function withMaps(...names: string[]) {
  const started = await startRegistry();
  for (const name of names) {
    await started.client.create(
      ConfigMaps,
      configMap(name, { metadata: { name, namespace: 'default', labels: { name } } }),
    );
  }
  return started;
}
const names = (items: readonly KubernetesObject[]) => items.map(({ metadata }) => metadata.name).join(' ');

test('pages join to the whole, as it was at the first', async () => {
  const { client } = await withMaps('a', 'b', 'c', 'd', 'e');
  const first = await client.list(ConfigMaps, { limit: 2 });
  await client.delete(ConfigMaps, ref('d'));
  const second = await client.list(ConfigMaps, { limit: 2, continue: first.continue! });
  const third = await client.list(ConfigMaps, { limit: 2, continue: second.continue! });
  expect([first, second, third].map(({ items }) => names(items))).toEqual(['a b', 'c d', 'e']);
  expect(third.continue).toBeUndefined();
  expect(second.resourceVersion).toBe(first.resourceVersion);
});

const selections: Record<string, { query: object; want: string }> = {
  'by label': { query: { labelSelector: 'name in (a,c)' }, want: 'a c' },
  'by name': { query: { fieldSelector: 'metadata.name=b' }, want: 'b' },
  'by name that is not there': { query: { fieldSelector: 'metadata.name=z' }, want: '' },
  'by what it is not': { query: { fieldSelector: 'metadata.name!=b' }, want: 'a c d' },
  'with a limit that ends exactly at the last match': {
    query: { labelSelector: 'name in (a,d)', limit: 2 },
    want: 'a d',
  },
};
for (const [name, { query, want }] of Object.entries(selections)) {
  test(`selected ${name}`, async () => {
    const { client } = await withMaps('a', 'b', 'c', 'd');
    const { items, continue: token } = await client.list(ConfigMaps, { namespace: 'default', ...query });
    expect(names(items)).toBe(want);
    expect(token).toBeUndefined();
  });
}

const refusals: Record<string, { query: object; want: string }> = {
  'an unknown field': {
    query: { fieldSelector: 'spec.nodeName=x' },
    want: '400 BadRequest: "spec.nodeName" is not a known field selector: only "metadata.name", "metadata.namespace"',
  },
  'a token that is none': {
    query: { continue: 'xx' },
    want: '400 BadRequest: continue key is not valid: illegal base64 data',
  },
};
for (const [name, { query, want }] of Object.entries(refusals)) {
  test(`${name} is refused`, async () => {
    const { client } = await startRegistry();
    expect(await failure(client.list(ConfigMaps, query))).toBe(want);
  });
}

test('after compaction the token goes on with the present', async () => {
  const { client, store } = await withMaps('a', 'b', 'c');
  const first = await client.list(ConfigMaps, { limit: 1 });
  await client.delete(ConfigMaps, ref('b'));
  await store.compact(store.revision);
  const error = await client
    .list(ConfigMaps, { limit: 1, continue: first.continue! })
    .catch((reason) => reason);
  const { code, reason, metadata } = error.toStatus();
  expect({ code, reason }).toEqual({ code: 410, reason: 'Expired' });
  const rest = await client.list(ConfigMaps, { continue: metadata.continue });
  expect(names(rest.items)).toBe('c');
});
