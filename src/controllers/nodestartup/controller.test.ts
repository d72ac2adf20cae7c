import { expect, test } from 'vitest';
import type { DaemonSet, Node } from '../../generated/types.ts';
import { DaemonSets, Nodes } from '../../resources/kinds.ts';
import { aTemplate } from '../testing/builders.ts';
import { TestCluster } from '../testing/cluster.ts';
import { NodeStartupController } from './controller.ts';

const TAINT = { key: 'sampan.dev/daemons-not-ready', effect: 'NoSchedule' };
const taintsOf = ({ spec }: Node) => (spec.taints ?? []).map(({ key }) => key);

const agent: DaemonSet = {
  metadata: { name: 'agent', namespace: 'default', annotations: { 'sampan.dev/node-startup': 'required' } },
  spec: { selector: { matchLabels: { app: 'agent' } }, template: aTemplate('agent') },
};

test('a cache that does not show the DaemonSet yet lets no node go', async () => {
  const cluster = await TestCluster.start();
  const { client } = cluster;
  let controller: NodeStartupController | undefined;
  await cluster.run((context) => {
    controller = new NodeStartupController(context);
  });
  await client.create(DaemonSets, agent);
  const node = await client.create(Nodes, { metadata: { name: 'n1' }, spec: { taints: [TAINT] } });
  const stale = { node, required: [], pods: [] };
  const [action] = controller!.plan(stale).stages.flat();
  await controller!.execute(stale, action!, client);
  expect(taintsOf(await client.get(Nodes, { name: 'n1' }))).toContain(TAINT.key);
  await client.delete(DaemonSets, { name: 'agent', namespace: 'default' });
  await controller!.execute(stale, action!, client);
  expect(taintsOf(await client.get(Nodes, { name: 'n1' }))).not.toContain(TAINT.key);
});
