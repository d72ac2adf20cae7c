import { expect, test } from 'vitest';
import { Informers } from '../../client/informers.ts';
import type { Pod } from '../../generated/types.ts';
import { Pods, Services } from '../../resources/kinds.ts';
import { TestCluster } from '../testing/cluster.ts';
import { newService, setServing, startServing } from '../testing/services.ts';
import { SelectingServices } from './selectingServices.ts';

/** A cluster with a pod `web-0` of `web`, and the keys that changes enqueue. */
async function watched(...services: string[]) {
  const { client, clock } = await TestCluster.start();
  await startServing(client, 'web-0', '10.1.0.1', { labels: { app: 'web', tier: 'front' } });
  await clock.advance(0);
  const informers = new Informers(client, clock);
  const selecting = new SelectingServices(informers);
  await informers.start();
  const keys: string[] = [];
  selecting.watch((key) => keys.push(key.replace('default/', '')));
  for (const name of services)
    await client.create(Services, newService({ name, selector: selectors[name]! }));
  await clock.advance(0);
  keys.length = 0;
  const ref = { name: 'web-0', namespace: 'default' };
  const label = (labels: Record<string, string | null>) =>
    client.patch(Pods, ref, { type: 'merge', body: { metadata: { labels } } });
  const settled = async () => {
    await clock.advance(0);
    return keys.splice(0).toSorted();
  };
  return { client, clock, selecting, ref, label, settled };
}

const selectors: Record<string, Record<string, string>> = {
  web: { app: 'web' },
  front: { app: 'web', tier: 'front' },
  back: { app: 'web', tier: 'back' },
  db: { app: 'db' },
};
const ALL = Object.keys(selectors);
type Watched = Awaited<ReturnType<typeof watched>>;
const withStatus =
  (fields: Pod['status'], ready = true) =>
  ({ client }: Watched) =>
    setServing(client, 'web-0', fields, ready);

const changes: [string, (cluster: Watched) => Promise<unknown>, string[]][] = [
  ['a pod that is no longer ready', withStatus({}, false), ['front', 'web']],
  ['another address', withStatus({ podIPs: [{ ip: '10.1.0.1' }, { ip: '2001:db8::1' }] }), ['front', 'web']],
  ['the end of a pod', withStatus({ phase: 'Failed' }), ['front', 'web']],
  ['a message in the status', withStatus({ message: 'well' }), []],
  [
    'an annotation',
    ({ client, ref }) =>
      client.patch(Pods, ref, { type: 'merge', body: { metadata: { annotations: { a: 'b' } } } }),
    [],
  ],
  ['a label that nobody asks for', ({ label }) => label({ team: 'a' }), []],
  ['a label by which it changes sides', ({ label }) => label({ tier: 'back' }), ['back', 'front']],
  ['a label by which it leaves them all', ({ label }) => label({ app: null }), ['front', 'web']],
  ['a deletion', ({ client, ref }) => client.delete(Pods, ref, { gracePeriodSeconds: 0 }), ['front', 'web']],
];
for (const [what, change, want] of changes) {
  test(`${what} concerns ${want.join(' and ') || 'nobody'}`, async () => {
    const cluster = await watched(...ALL);
    await change(cluster);
    expect([...new Set(await cluster.settled())]).toEqual(want);
  });
}

test('where no service selects anything no pod concerns anybody', async () => {
  const cluster = await watched();
  await startServing(cluster.client, 'web-1', '10.1.0.2');
  expect(await cluster.settled()).toEqual([]);
});

test('a service that selects something else from now on is no longer asked for the old', async () => {
  const cluster = await watched('web');
  const body = { spec: { selector: { app: 'db' } } };
  await cluster.client.patch(Services, { name: 'web', namespace: 'default' }, { type: 'merge', body });
  expect(await cluster.settled()).toEqual(['web']);
  await setServing(cluster.client, 'web-0', {}, false);
  expect(await cluster.settled()).toEqual([]);
});

test('the pods of a service are in order', async () => {
  const { client, selecting, settled } = await watched('web');
  await startServing(client, 'web-2', '10.1.0.3');
  await startServing(client, 'web-1', '10.1.0.2');
  await settled();
  const service = selecting.informer.get('default/web')!;
  expect(selecting.podsOf(service).map(({ metadata }) => metadata.name)).toEqual(['web-0', 'web-1', 'web-2']);
});
