import { describe, expect, test } from 'vitest';
import {
  apply,
  conflictOf,
  container,
  containersOf,
  deployment,
  type Loose,
  podSpec,
} from '../../../test/support/applying.ts';
import type { Service } from '../../generated/types.ts';
import type { KubernetesObject } from '../object.ts';
import { definitionOf } from '../schema/schema.ts';

describe('lists', () => {
  test('merge by key and keep the order of both', () => {
    const live = apply(undefined, deployment(podSpec([container('a'), container('b'), container('c')])));
    const object = apply(live, deployment(podSpec([container('d'), container('b')])), { manager: 'b' });
    expect(containersOf(object)).toEqual(['a', 'd', 'b', 'c']);
  });

  test('take the applied order where the orders differ', () => {
    const live = apply(undefined, deployment(podSpec([container('a'), container('b'), container('c')])));
    const object = apply(live, deployment(podSpec([container('c'), container('a'), container('b')])));
    expect(containersOf(object)).toEqual(['c', 'a', 'b']);
  });

  test('leave what only others have where its neighbours let it', () => {
    const live = apply(undefined, deployment(podSpec([container('a'), container('b'), container('c')])));
    const object = apply(live, deployment(podSpec([container('c'), container('a')])), { manager: 'b' });
    expect(containersOf(object)).toEqual(['b', 'c', 'a']);
  });

  test('lose an item that is no longer applied', () => {
    const live = apply(undefined, deployment(podSpec([container('a'), container('b')])));
    expect(containersOf(apply(live, deployment(podSpec([container('b')]))))).toEqual(['b']);
  });

  test('know a port by its number and protocol, TCP unless told otherwise', () => {
    const service = (ports: Loose[]) =>
      ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's' },
        spec: { ports },
      }) as unknown as KubernetesObject;
    const options = { definition: definitionOf('', 'v1', 'Service')! };
    const live = apply(undefined, service([{ port: 53 }, { port: 53, protocol: 'UDP' }]), options);
    const object = apply(
      live,
      service([
        { port: 53, protocol: 'TCP', name: 'dns' },
        { port: 53, protocol: 'UDP' },
      ]),
      options,
    );
    expect((object as unknown as Service).spec!.ports).toEqual([
      { port: 53, protocol: 'TCP', name: 'dns' },
      { port: 53, protocol: 'UDP' },
    ]);
  });

  test('that are sets merge their values', () => {
    const live = apply(undefined, deployment({ replicas: 1 }, { finalizers: ['a/x', 'b/x'] }));
    const object = apply(live, deployment({}, { finalizers: ['c/x'] }), { manager: 'b' });
    expect(object.metadata.finalizers).toEqual(['a/x', 'b/x', 'c/x']);
    expect(apply(object, deployment({ replicas: 1 }, { finalizers: ['b/x'] })).metadata.finalizers).toEqual([
      'b/x',
      'c/x',
    ]);
  });

  test('that are atomic are replaced, and are one field', () => {
    const live = apply(undefined, deployment(podSpec([container('a', { args: ['1', '2'] })])));
    const other = deployment(podSpec([{ name: 'a', args: ['3'] }]));
    expect(conflictOf(() => apply(live, other, { manager: 'b' })).message).toContain(
      'containers[name="a"].args',
    );
    expect(apply(live, other, { manager: 'b', force: true }).spec!.template.spec!.containers[0]).toEqual({
      name: 'a',
      image: 'a:1',
      args: ['3'],
    });
  });
});
