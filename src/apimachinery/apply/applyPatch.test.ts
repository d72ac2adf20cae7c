import { describe, expect, test } from 'vitest';
import {
  apply,
  conflictOf,
  container,
  containersOf,
  deployment,
  NOW,
  ownersOf,
  podSpec,
  update,
} from '../../../test/support/applying.ts';
import type { KubernetesObject } from '../object.ts';

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

  test('nothing takes away an item with what others have set in it, and they no longer own that', () => {
    const live = apply(undefined, deployment({ replicas: 1, ...podSpec([container('x'), container('y')]) }));
    const edited = {
      ...live,
      spec: { ...live.spec, ...podSpec([container('x', { tty: true }), container('y')]) },
    };
    const before = update(live, edited as KubernetesObject, 'editor');
    expect(ownersOf(before)).toHaveProperty('editor');
    const object = apply(before, deployment({ replicas: 1, ...podSpec([container('y')]) }));
    expect(containersOf(object)).toEqual(['y']);
    expect(ownersOf(object)).not.toHaveProperty('editor');
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
