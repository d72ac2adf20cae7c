import { startRegistry } from '../../apiserver/testing/registry.ts';
import type { Client } from '../../client/client.ts';
import { clientWith } from '../../client/clientWith.ts';
import { EventRecorder } from '../../client/eventRecorder.ts';
import { Informers } from '../../client/informers.ts';
import { SeededRandom } from '../../clock/random.ts';
import type { Node, Pod } from '../../generated/types.ts';
import { Events, Nodes, Pods } from '../../resources/kinds.ts';
import { Scheduler } from '../scheduler.ts';

/** Called before a binding is written; what it throws, the scheduler gets. */
export type BeforeBinding = (pod: string) => Promise<void> | void;

/** An API server and a scheduler on a virtual clock. The scheduler starts when all that is given is there. */
export async function startCluster(
  nodes: readonly Node[],
  pods: readonly Pod[] = [],
  before?: BeforeBinding,
) {
  const { client, clock } = await startRegistry();
  const cluster = {
    client,
    clock,
    add: async (...added: readonly Pod[]) => {
      for (const pod of added) await client.create(Pods, pod);
      await clock.advance(0);
    },
    pod: (name: string) => client.get(Pods, { name, namespace: 'default' }),
    nodeOf: async (name: string) => (await cluster.pod(name)).spec.nodeName,
    /** Takes a pod away at once, as its node does when nothing of it runs any more. */
    remove: async (name: string) => {
      await client.delete(Pods, { name, namespace: 'default' }, { gracePeriodSeconds: 0 });
      await clock.advance(0);
    },
    /** `Reason: message` of each, in the order of their names. */
    events: async () =>
      (await client.list(Events)).items.map(({ reason, message }) => `${reason}: ${message}`),
  };
  for (const node of nodes) await client.create(Nodes, node);
  await cluster.add(...pods);
  const recorder = new EventRecorder({ client, clock, component: 'default-scheduler' });
  const scheduler = new Scheduler({
    client: hookedClient(client, before),
    informers: new Informers(client, clock),
    clock,
    random: new SeededRandom(1),
    recorder,
  });
  const startedAt = clock.now();
  await scheduler.start();
  await clock.advance(0);
  return { ...cluster, scheduler, elapsedMs: () => clock.now() - startedAt };
}

const hookedClient = (client: Client, before: BeforeBinding = () => {}): Client =>
  clientWith(client, {
    createSubresource: async (type, ref, subresource, body) => {
      await before(ref.name);
      return client.createSubresource(type, ref, subresource, body);
    },
  });
