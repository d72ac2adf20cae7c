import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtualClock.ts';
import type { Node } from '../generated/types.ts';
import type { PodRoute, Runtime } from '../runtime/runtime.ts';
import type { NodeSources } from './nodeSources.ts';
import { PodRoutes, podRoutes } from './podRoutes.ts';

/** `node02 10.244.2.0/24 10.0.0.2`; `-` for what it does not have. */
function node(text: string): Node {
  const [name = '', podCIDR = '-', address = '-'] = text.split(' ');
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: podCIDR === '-' ? {} : { podCIDR },
    status: {
      addresses: [
        { type: 'Hostname', address: name },
        ...(address === '-' ? [] : [{ type: 'InternalIP', address }]),
      ],
    },
  };
}

const OWN = 'node01 10.244.1.0/24 10.0.0.1';
const cases: Record<string, { nodes: string[]; want: string[] }> = {
  'other hosts are reached, this one is not': {
    nodes: [OWN, 'node02 10.244.2.0/24 10.0.0.2'],
    want: ['10.244.2.0/24 10.0.0.2'],
  },
  'another node of this host needs no route': { nodes: [OWN, 'node02 10.244.2.0/24 10.0.0.1'], want: [] },
  'a node of another host that shares its address with a third is reached, too': {
    nodes: [OWN, 'node03 10.244.3.0/24 10.0.0.2', 'node02 10.244.2.0/24 10.0.0.2'],
    want: ['10.244.2.0/24 10.0.0.2', '10.244.3.0/24 10.0.0.2'],
  },
  'a node without a range has no pods yet': { nodes: [OWN, 'node02 - 10.0.0.2'], want: [] },
  'a node without an address cannot be reached': { nodes: [OWN, 'node02 10.244.2.0/24'], want: [] },
  'a node on a loopback is nowhere else': { nodes: [OWN, 'node02 10.244.2.0/24 127.0.0.1'], want: [] },
  'pods have no way over IPv6': { nodes: [OWN, 'node02 10.244.2.0/24 fd00::2'], want: [] },
};
for (const [name, { nodes, want }] of Object.entries(cases))
  test(name, () => {
    const routes = podRoutes(nodes.map(node), ['10.0.0.1']);
    expect(routes.map(({ podCIDR, via }) => `${podCIDR} ${via}`)).toEqual(want);
  });

/** An agent's part of it, with a runtime that does what the test lets it. */
function scenario(usePodRoutes: (routes: readonly PodRoute[]) => Promise<void>) {
  const clock = new VirtualClock();
  const errors: string[] = [];
  let tell: (nodes: readonly Node[]) => void = () => {};
  const sources = {
    watchNodes(onNodes: typeof tell) {
      tell = onNodes;
      return () => {};
    },
  } as Partial<NodeSources> as NodeSources;
  const routes = new PodRoutes({
    clock,
    runtime: { usePodRoutes } as Partial<Runtime> as Runtime,
    sources,
    addresses: ['10.0.0.1'],
    reportError: (error) => errors.push(error.message),
  });
  routes.start();
  return { clock, errors, routes, tell: (...nodes: string[]) => tell(nodes.map(node)) };
}

test('the runtime hears of changes at once, and every now and then', async () => {
  const told: string[][] = [];
  const { clock, routes, tell } = scenario(async (all) => void told.push(all.map(({ podCIDR }) => podCIDR)));
  tell(OWN);
  tell(OWN, 'node02 10.244.2.0/24 10.0.0.2');
  tell(OWN, 'node02 10.244.2.0/24 10.0.0.2');
  await clock.advance(1);
  expect(told).toEqual([[], ['10.244.2.0/24']]);
  await clock.advance(40_000);
  expect(told.slice(2)).toEqual([['10.244.2.0/24'], ['10.244.2.0/24']]);
  routes.stop();
  await clock.advance(40_000);
  expect(told).toHaveLength(4);
});

test('what goes wrong is told once, and tried again', async () => {
  let isBroken = true;
  let tries = 0;
  const { clock, errors, tell } = scenario(async () => {
    tries++;
    if (isBroken) throw new Error('no such device');
  });
  tell(OWN);
  await clock.advance(40_000);
  expect(tries).toBe(3);
  expect(errors).toEqual(['no such device']);
  isBroken = false;
  await clock.advance(15_000);
  isBroken = true;
  await clock.advance(15_000);
  expect(errors).toHaveLength(2);
});
