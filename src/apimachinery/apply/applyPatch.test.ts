import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Deployment, Service } from '../../generated/types.ts';
import type { StatusError } from '../errors.ts';
import { deepFreeze, type KubernetesObject } from '../object.ts';
import { definitionOf } from '../schema/schema.ts';
import { applyPatch } from './applyPatch.ts';
import { trackUpdate } from './update.ts';

type Loose = Record<string, unknown>;

const deploymentDefinition = definitionOf('apps', 'v1', 'Deployment')!;
const serviceDefinition = definitionOf('', 'v1', 'Service')!;
const NOW = Date.UTC(2026, 0, 1);

const deployment = (spec: Loose = {}, metadata: Loose = {}) =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', ...metadata },
    ...(Object.keys(spec).length && { spec }),
  }) as unknown as KubernetesObject;

interface Options {
  manager?: string;
  force?: boolean;
  now?: number;
  subresource?: string;
  definition?: typeof deploymentDefinition;
}
const apply = (live: KubernetesObject | undefined, applied: KubernetesObject, options: Options = {}) =>
  deepFreeze(
    applyPatch({
      live,
      applied: deepFreeze(applied),
      manager: options.manager ?? 'a',
      force: options.force ?? false,
      definition: options.definition ?? deploymentDefinition,
      now: options.now ?? NOW,
      subresource: options.subresource ?? '',
    }),
  ) as Deployment & KubernetesObject;

/** An ordinary update by `manager`. */
function update(before: KubernetesObject | undefined, after: KubernetesObject, manager: string) {
  const managedFields = trackUpdate({
    before,
    after: before
      ? { ...after, metadata: { ...after.metadata, managedFields: before.metadata.managedFields! } }
      : after,
    manager,
    definition: deploymentDefinition,
    now: NOW,
    subresource: '',
  });
  return deepFreeze({
    ...after,
    metadata: { ...after.metadata, uid: 'u', ...(managedFields && { managedFields }) },
  }) as KubernetesObject;
}

const ownersOf = (object: KubernetesObject) =>
  Object.fromEntries(
    (object.metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [manager, fieldsV1]),
  );

function conflictOf(run: () => unknown): StatusError {
  try {
    run();
  } catch (error) {
    return error as StatusError;
  }
  throw new Error('expected a conflict');
}

const container = (name: string, rest: Loose = {}) => ({ name, image: `${name}:1`, ...rest });
const podSpec = (containers: Loose[], rest: Loose = {}) => ({ template: { spec: { containers, ...rest } } });
const containersOf = (object: Deployment) => object.spec!.template.spec!.containers.map(({ name }) => name);

describe('applying', () => {
  test('to nothing creates the object, and owns what it states but not its name', () => {
    const object = apply(undefined, deployment({ replicas: 2 }, { labels: { app: 'web' } }));
    expect(object.spec).toEqual({ replicas: 2 });
    expect(object.metadata.managedFields).toEqual([
      {
        manager: 'a',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': { 'f:app': {} } }, 'f:spec': { 'f:replicas': {} } },
      },
    ]);
  });

  test('the same again gives back the live object', () => {
    const live = apply(undefined, deployment(podSpec([container('a', { ports: [{ containerPort: 80 }] })])));
    const again = deployment(podSpec([container('a', { ports: [{ containerPort: 80 }] })]));
    expect(apply(live, again, { now: NOW + 60_000 })).toBe(live);
  });

  test('less takes away what nobody else owns', () => {
    const live = apply(undefined, deployment({ replicas: 2, paused: true }, { labels: { a: '1', b: '2' } }));
    const object = apply(live, deployment({ paused: true }, { labels: { a: '1' } }));
    expect(object.spec).toEqual({ paused: true });
    expect(object.metadata.labels).toEqual({ a: '1' });
  });

  test('less keeps what another applies too', () => {
    const both = deployment({ replicas: 2 });
    const live = apply(apply(undefined, both), both, { manager: 'b' });
    const object = apply(live, deployment({ paused: true }));
    expect(object.spec).toEqual({ replicas: 2, paused: true });
    expect(ownersOf(object)).toEqual({
      a: { 'f:spec': { 'f:paused': {} } },
      b: { 'f:spec': { 'f:replicas': {} } },
    });
  });

  test('nothing takes away a structure with its defaults', () => {
    const live = apply(undefined, deployment({ replicas: 1, strategy: { type: 'RollingUpdate' } }));
    const defaulted = {
      ...live,
      spec: {
        ...live.spec,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
        minReadySeconds: 0,
      },
    };
    expect(apply(defaulted, deployment({ replicas: 1 })).spec).toEqual({ replicas: 1, minReadySeconds: 0 });
  });

  test('leaves alone what only others state', () => {
    const live = update(undefined, deployment({ replicas: 2 }, { labels: { x: '1' } }), 'creator');
    const object = apply(live, deployment({ paused: true }, { labels: { y: '2' } }));
    expect(object.spec).toEqual({ replicas: 2, paused: true });
    expect(object.metadata.labels).toEqual({ x: '1', y: '2' });
  });

  test('a null takes a field away', () => {
    const live = apply(undefined, deployment({ replicas: 2, paused: true }));
    expect(apply(live, deployment({ replicas: null, paused: true })).spec).toEqual({ paused: true });
  });

  test('the status through the object itself does nothing', () => {
    const applied = { ...deployment({ replicas: 1 }), status: { replicas: 5 } } as KubernetesObject;
    const object = apply(undefined, applied);
    expect(object.status).toBeUndefined();
    expect(ownersOf(object)).toEqual({ a: { 'f:spec': { 'f:replicas': {} } } });
  });

  test('the status through its endpoint owns only that', () => {
    const live = apply(undefined, deployment({ replicas: 1 }));
    const applied = { ...deployment({ replicas: 9 }), status: { replicas: 5 } } as KubernetesObject;
    const object = apply(live, applied, { manager: 's', subresource: 'status' });
    expect(object.spec!.replicas).toBe(1);
    expect(object.status).toEqual({ replicas: 5 });
    expect(ownersOf(object).s).toEqual({ 'f:status': { 'f:replicas': {} } });
  });

  test('what was there before anybody applied belongs to before-first-apply', () => {
    const live = deployment({ replicas: 1 }, { uid: 'u' });
    const object = apply(live, deployment({ paused: true }));
    expect(ownersOf(object)).toEqual({
      a: { 'f:spec': { 'f:paused': {} } },
      'before-first-apply': { 'f:spec': { 'f:replicas': {} } },
    });
  });
});

describe('a conflict', () => {
  const live = update(undefined, deployment({ replicas: 1, paused: true }), 'kubectl-client-side-apply');

  test("names the field and its owner in upstream's words", () => {
    const error = conflictOf(() => apply(live, deployment({ replicas: 2 })));
    expect(error.toStatus()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      reason: 'Conflict',
      code: 409,
      message:
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl-client-side-apply" using apps/v1',
            field: '.spec.replicas',
          },
        ],
      },
    });
  });

  test('lists several fields', () =>
    expect(conflictOf(() => apply(live, deployment({ replicas: 2, paused: false }))).message).toBe(
      'Apply failed with 2 conflicts: conflicts with "kubectl-client-side-apply" using apps/v1:\n- .spec.replicas\n- .spec.paused',
    ));

  test('with one who applies says no version, and shows keys', () => {
    const applied = apply(
      undefined,
      deployment(podSpec([container('a', { ports: [{ containerPort: 80, name: 'x' }] })])),
    );
    const other = deployment(podSpec([{ name: 'a', ports: [{ containerPort: 80, name: 'y' }] }]));
    expect(conflictOf(() => apply(applied, other, { manager: 'b' })).message).toBe(
      'Apply failed with 1 conflict: conflict with "a": .spec.template.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"].name',
    );
  });

  test('does not arise when the value is the same', () =>
    expect(ownersOf(apply(live, deployment({ replicas: 1 })))).toMatchObject({
      a: { 'f:spec': { 'f:replicas': {} } },
    }));

  test('is settled by force, which takes the field', () => {
    const object = apply(live, deployment({ replicas: 2 }), { force: true });
    expect(object.spec).toEqual({ replicas: 2, paused: true });
    expect(ownersOf(object)).toEqual({
      a: { 'f:spec': { 'f:replicas': {} } },
      'kubectl-client-side-apply': { 'f:spec': { 'f:paused': {} } },
    });
  });
});

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
    const options = { definition: serviceDefinition };
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

const refused: Record<string, { applied: KubernetesObject; message: string }> = {
  'an unknown field': {
    applied: deployment({ nope: 1 }),
    message: '.spec.nope: field not declared in schema',
  },
  'the same item twice': {
    applied: deployment(podSpec([container('a'), container('a')])),
    message: '.spec.template.spec.containers: duplicate entries for key [name="a"]',
  },
  'an item that cannot have a key': {
    applied: deployment({ template: { spec: { containers: ['x'] } } }),
    message:
      '.spec.template.spec.containers: element 0: associative list with keys may not have non-map elements',
  },
  'a list where a map belongs': {
    applied: deployment({ template: [1] }),
    message: '.spec.template: expected map, got &{[1]}',
  },
  'managed fields': {
    applied: deployment({}, { managedFields: [] }),
    message: 'metadata.managedFields must be nil',
  },
};
for (const [name, { applied, message }] of Object.entries(refused)) {
  test(`${name} is refused`, () =>
    expect(() => apply(undefined, applied)).toThrow(expect.objectContaining({ message, code: 400 })));
}

describe('kubectl, coming from client-side apply', () => {
  const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
  const configuration = deployment({ replicas: 1 });
  const live = update(
    undefined,
    deployment({ replicas: 1 }, { annotations: { [ANNOTATION]: JSON.stringify(configuration) } }),
    'kubectl-client-side-apply',
  );

  test('takes over what the annotation says it applied itself', () => {
    const object = apply(live, deployment({ replicas: 2 }), { manager: 'kubectl' });
    expect(object.spec!.replicas).toBe(2);
    expect(JSON.parse(object.metadata.annotations![ANNOTATION]!)).toEqual(deployment({ replicas: 2 }));
  });

  test('still conflicts with what somebody changed since', () => {
    const changed = update(live, { ...live, spec: { replicas: 7 } } as KubernetesObject, 'scaler');
    expect(
      conflictOf(() => apply(changed, deployment({ replicas: 2 }), { manager: 'kubectl' })).message,
    ).toBe('Apply failed with 1 conflict: conflict with "scaler" using apps/v1: .spec.replicas');
  });

  test('prunes what it had applied once its entry is migrated', () => {
    const managedFields = live.metadata.managedFields!.map((entry) => ({
      ...entry,
      manager: 'kubectl',
      operation: 'Apply',
    }));
    const migrated = { ...live, metadata: { ...live.metadata, managedFields } };
    const object = apply(migrated, deployment({ paused: true }), { manager: 'kubectl' });
    expect(object.spec).toEqual({ paused: true });
  });
});

const word = fc.constantFrom('a', 'b', 'c', 'constructor');
const containers = fc.uniqueArray(
  fc.record(
    {
      name: word,
      image: word,
      args: fc.array(word, { maxLength: 2 }),
      ports: fc.uniqueArray(
        fc.record(
          { containerPort: fc.integer({ min: 1, max: 3 }), name: word },
          { requiredKeys: ['containerPort'] },
        ),
        {
          selector: ({ containerPort }) => containerPort,
        },
      ),
    },
    { requiredKeys: ['name'] },
  ),
  { selector: ({ name }) => name, maxLength: 3 },
);
const configuration = fc
  .record(
    {
      replicas: fc.integer({ min: 0, max: 3 }),
      paused: fc.boolean(),
      strategy: fc.record({ type: word }, { requiredKeys: [] }),
      template: fc.record({
        spec: fc.record(
          { containers, nodeSelector: fc.dictionary(word, word, { maxKeys: 2 }) },
          { requiredKeys: [] },
        ),
      }),
    },
    { requiredKeys: [] },
  )
  .chain((spec) => fc.dictionary(word, word, { maxKeys: 2 }).map((labels) => deployment(spec, { labels })));

describe('properties', () => {
  test('applying twice is applying once', () =>
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const live = apply(undefined, first, { manager: 'b' });
        const once = apply(live, second, { force: true });
        expect(apply(once, second)).toBe(once);
      }),
      { numRuns: 300 },
    ));

  test('alone on an object, the last configuration is all that is left', () =>
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const fresh = apply(undefined, second);
        const object = apply(apply(undefined, first), second);
        expect(ownersOf(object)).toEqual(ownersOf(fresh));
        expect(prunedOfEmpties(object.spec)).toEqual(prunedOfEmpties(fresh.spec));
      }),
      { numRuns: 300 },
    ));

  test('what one applies with force is in the object, whatever others had', () =>
    fc.assert(
      fc.property(configuration, configuration, configuration, (first, second, third) => {
        let live: KubernetesObject = apply(undefined, first);
        live = apply(live, second, { manager: 'b', force: true });
        const object = apply(live, third, { manager: 'c', force: true });
        expect(holds(object.spec ?? {}, (third as Deployment).spec ?? {})).toBe(true);
      }),
      { numRuns: 300 },
    ));

  test('any configuration is applied or refused', () =>
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('replicas', 'template', 'strategy', 'selector', '__proto__'),
          fc.jsonValue(),
        ),
        (spec) => {
          const live = apply(undefined, deployment({ replicas: 1 }));
          try {
            apply(live, deployment(spec), { manager: 'b' });
          } catch (error) {
            expect([400, 409]).toContain((error as StatusError).code);
          }
        },
      ),
      { numRuns: 500 },
    ));
});

/** Without maps and lists that hold nothing: whether they stay depends on what was there before. */
function prunedOfEmpties(value: unknown): unknown {
  if (Array.isArray(value)) return value.length ? value.map(prunedOfEmpties) : undefined;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, prunedOfEmpties(item)] as const)
    .filter(([, item]) => item !== undefined);
  return entries.length ? Object.fromEntries(entries) : undefined;
}

/** Whether all of `part` is in `whole`, items found by their key. */
function holds(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return part.every((item) => (whole as unknown[]).some((other) => holds(other, item)));
  if (typeof part !== 'object' || part === null) return whole === part;
  return Object.entries(part).every(([key, value]) => holds((whole as Loose | undefined)?.[key], value));
}
