import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node, Pod } from '../generated/types.ts';
import type { Snapshot } from './snapshot.ts';
import { aNode, aPod, aSnapshot } from './testing/builders.ts';

const requested = (snapshot: Snapshot, node: string) => ({
  cpu: snapshot.node(node)?.requested.get('cpu') ?? 0,
  pods: snapshot.node(node)?.pods.size ?? 0,
});

test('a pod on a node that is not known yet counts once it is', () => {
  const snapshot = aSnapshot([], [aPod('a', { nodeName: 'node01', requests: { cpu: '1' } })]);
  expect(snapshot.nodes).toEqual([]);
  snapshot.setNode(aNode('node01'));
  expect(requested(snapshot, 'node01')).toEqual({ cpu: 1_000, pods: 1 });
});

test('a node that comes back has the pods that it had', () => {
  const snapshot = aSnapshot([aNode('node01')], [aPod('a', { nodeName: 'node01', requests: { cpu: '1' } })]);
  snapshot.removeNode('node01');
  snapshot.removePod('default/none');
  snapshot.setNode(aNode('node01'));
  expect(requested(snapshot, 'node01')).toEqual({ cpu: 1_000, pods: 1 });
});

test('images are counted over the nodes that have them', () => {
  const images = [{ names: ['nginx:1.14-alpine'], sizeBytes: 1 }];
  const snapshot = aSnapshot([aNode('node01', { images }), aNode('node02', { images })]);
  snapshot.setNode(aNode('node02'));
  expect(snapshot.nodesWithImage('nginx:1.14-alpine')).toBe(1);
  snapshot.removeNode('node01');
  expect(snapshot.nodesWithImage('nginx:1.14-alpine')).toBe(0);
});

type Step =
  | { kind: 'setNode'; node: string }
  | { kind: 'removeNode'; node: string }
  | { kind: 'removePod'; pod: string }
  | { kind: 'setPod'; pod: string; node: string; cpu: number };

const node = fc.constantFrom('n1', 'n2');
const pod = fc.constantFrom('p1', 'p2', 'p3');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('setNode' as const), node }),
  fc.record({ kind: fc.constant('removeNode' as const), node }),
  fc.record({ kind: fc.constant('removePod' as const), pod }),
  fc.record({ kind: fc.constant('setPod' as const), pod, node, cpu: fc.integer({ min: 0, max: 3 }) }),
);

/** Both the state that comes of the steps, and the snapshot that took them in one by one. */
function follow(steps: readonly Step[]) {
  const snapshot = aSnapshot([]);
  const nodes = new Map<string, Node>();
  const pods = new Map<string, Pod>();
  for (const [generation, step] of steps.entries()) {
    switch (step.kind) {
      case 'setNode':
        nodes.set(step.node, aNode(step.node));
        snapshot.setNode(aNode(step.node));
        break;
      case 'removeNode':
        nodes.delete(step.node);
        snapshot.removeNode(step.node);
        break;
      case 'removePod':
        pods.delete(step.pod);
        snapshot.removePod(`default/${step.pod}`);
        break;
      case 'setPod': {
        const { cpu } = step;
        const made = aPod(step.pod, { nodeName: step.node, requests: { cpu: `${cpu}` }, hostPort: 80 + cpu });
        made.metadata.generation = generation;
        pods.set(step.pod, made);
        snapshot.setPod(made);
      }
    }
  }
  return { snapshot, nodes, pods };
}

test('kept up to date bit by bit, it is what it would be if it were made anew', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const { snapshot, nodes, pods } = follow(steps);
      const anew = aSnapshot([...nodes.values()], [...pods.values()]);
      for (const name of nodes.keys()) {
        expect(requested(snapshot, name)).toEqual(requested(anew, name));
        expect(snapshot.node(name)!.usedPorts.size).toBe(anew.node(name)!.usedPorts.size);
      }
    }),
    { numRuns: 300 },
  );
});
