import { expect, test } from 'vitest';
import { startRegistry } from '../apiserver/testing/registry.ts';
import type { ConfigMap } from '../generated/types.ts';
import { ConfigMaps } from '../resources/kinds.ts';
import { Link } from './link.ts';

const configMap = (name: string): ConfigMap => ({ metadata: { name, namespace: 'default' } });

test('news that were slow are not overtaken by news of a link that is fast again', async () => {
  const { client, clock } = await startRegistry();
  const link = new Link(clock);
  const heard: string[] = [];
  link.slow(0, 1000);
  link.client(client).watch<ConfigMap>(
    ConfigMaps,
    { resourceVersion: (await client.list(ConfigMaps)).resourceVersion },
    {
      onChanges(changes) {
        for (const change of changes) if (change.type === 'ADDED') heard.push(change.object.metadata.name!);
        // What comes of the first news is news itself, at the moment at which the second are due.
        if (heard.length === 1) void client.create(ConfigMaps, configMap('third'));
      },
      onEnd: () => {},
    },
  );
  await client.create(ConfigMaps, configMap('first'));
  await client.create(ConfigMaps, configMap('second'));
  link.heal();
  // What was under way is neither late for that, nor overtaken.
  clock.set(clock.now() - 3_600_000);
  await clock.advance(2000);
  expect(heard).toEqual(['first', 'second', 'third']);
});
