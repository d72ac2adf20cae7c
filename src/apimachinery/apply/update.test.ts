import { describe, expect, test } from 'vitest';
import type { ManagedFieldsEntry } from '../../generated/types.ts';
import { deepFreeze, type KubernetesObject } from '../object.ts';
import { definitionOf } from '../schema/schema.ts';
import { trackUpdate } from './update.ts';

const deploymentDefinition = definitionOf('apps', 'v1', 'Deployment')!;
const NOW = Date.UTC(2026, 0, 1, 0, 0, 0, 900);

const deployment = (spec: object, metadata: object = {}, status?: object): KubernetesObject =>
  deepFreeze({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', uid: 'u', ...metadata },
    spec,
    ...(status && { status }),
  }) as KubernetesObject;

const withOwners = (object: KubernetesObject, managedFields: ManagedFieldsEntry[] | undefined) => ({
  ...object,
  metadata: { ...object.metadata, ...(managedFields && { managedFields }) },
});

interface Change {
  before?: KubernetesObject;
  after: KubernetesObject;
  manager?: string;
  subresource?: string;
  now?: number;
}
const track = ({ before, after, manager = 'kubectl-edit', subresource = '', now = NOW }: Change) =>
  trackUpdate({ before, after, manager, subresource, now, definition: deploymentDefinition });

const template = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      {
        name: 'nginx',
        image: 'nginx',
        ports: [{ containerPort: 80 }],
        resources: {},
        livenessProbe: { httpGet: { path: '/', port: 80 } },
      },
    ],
    securityContext: {},
    volumes: [{ name: 'v', emptyDir: {} }],
  },
};
const created = deployment(
  {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
    template,
  },
  { labels: { app: 'web' }, creationTimestamp: '2026-01-01T00:00:00Z', generation: 1 },
);

test('who creates an object owns what it has, as upstream writes it', () =>
  expect(track({ after: created, manager: 'kubectl-create' })).toEqual([
    {
      manager: 'kubectl-create',
      operation: 'Update',
      apiVersion: 'apps/v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
        'f:spec': {
          'f:replicas': {},
          'f:selector': {},
          'f:strategy': { 'f:type': {}, 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} } },
          'f:template': {
            'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
            'f:spec': {
              'f:containers': {
                'k:{"name":"nginx"}': {
                  '.': {},
                  'f:name': {},
                  'f:image': {},
                  'f:ports': {
                    '.': {},
                    'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
                  },
                  'f:resources': {},
                  'f:livenessProbe': { '.': {}, 'f:httpGet': { '.': {}, 'f:path': {}, 'f:port': {} } },
                },
              },
              'f:securityContext': {},
              'f:volumes': { '.': {}, 'k:{"name":"v"}': { '.': {}, 'f:name': {}, 'f:emptyDir': {} } },
            },
          },
        },
      },
    },
  ]));

describe('an update', () => {
  const stored = withOwners(created, track({ after: created, manager: 'kubectl-create' }));
  const owners = stored.metadata.managedFields!;
  const scaled = (managedFields = owners) =>
    withOwners(
      { ...created, spec: { ...(created as { spec?: object }).spec, replicas: 3 } } as KubernetesObject,
      managedFields,
    );

  test('that changes nothing gives back the stored entries', () =>
    expect(track({ before: stored, after: { ...stored } })).toBe(owners));

  test('moves the changed field to who changed it', () => {
    const [first, second] = track({ before: stored, after: scaled(), manager: 'scaler', now: NOW + 2000 })!;
    expect(second).toMatchObject({
      manager: 'scaler',
      time: '2026-01-01T00:00:02Z',
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    });
    expect((first!.fieldsV1 as Record<string, object>)['f:spec']).not.toHaveProperty('f:replicas');
  });

  test('by the owner itself keeps the fields, shared, and takes the time', () => {
    const [only, ...others] = track({
      before: stored,
      after: scaled(),
      manager: 'kubectl-create',
      now: NOW + 2000,
    })!;
    expect(others).toEqual([]);
    expect(only!.fieldsV1).toBe(owners[0]!.fieldsV1);
    expect(only!.time).toBe('2026-01-01T00:00:02Z');
  });

  test('without managedFields in the body keeps the stored owners', () => {
    const after = withOwners({ ...stored, metadata: { ...created.metadata, labels: {} } }, undefined);
    const [only] = track({ before: stored, after })!;
    expect(only!.manager).toBe('kubectl-create');
    expect((only!.fieldsV1 as Record<string, object>)['f:metadata']).toEqual({ 'f:labels': {} });
  });

  test.each([[[]], [[{}]]])('with managedFields %j forgets all owners', (reset) =>
    expect(track({ before: stored, after: scaled(reset) })).toBeUndefined(),
  );

  test('with managedFields that cannot be read keeps the stored owners', () => {
    const after = withOwners(created, [
      { manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'X' },
    ]);
    expect(track({ before: stored, after })).toEqual(owners);
  });

  test('with other managedFields takes those: this is how kubectl migrates to server-side apply', () => {
    const migrated = owners.map((entry) => ({ ...entry, manager: 'kubectl', operation: 'Apply' }));
    expect(track({ before: stored, after: withOwners(created, migrated) })).toEqual(migrated);
  });

  test('of an object without owners leaves it so', () =>
    expect(track({ before: created, after: scaled([]) })).toBeUndefined());

  test('of the status owns the status alone, under its own entry', () => {
    const after = { ...stored, status: { replicas: 1, conditions: [{ type: 'Available', status: 'True' }] } };
    const entries = track({
      before: stored,
      after: after as KubernetesObject,
      manager: 'controller',
      subresource: 'status',
    })!;
    expect(entries).toHaveLength(2);
    expect(entries.find(({ subresource }) => subresource === 'status')).toMatchObject({
      manager: 'controller',
      fieldsV1: {
        'f:status': {
          'f:replicas': {},
          'f:conditions': {
            '.': {},
            'k:{"type":"Available"}': { '.': {}, 'f:type': {}, 'f:status': {} },
          },
        },
      },
    });
  });
});

test('at most ten managers update; the oldest become one', () => {
  let object = deployment({ replicas: 0 }, { annotations: { start: 'x' } });
  for (let i = 0; i < 14; i++) {
    const annotations = { ...object.metadata.annotations, [`a${i}`]: 'x' };
    const after = { ...object, metadata: { ...object.metadata, annotations } };
    const managedFields = track({
      before: i ? object : undefined,
      after,
      manager: `m${i}`,
      now: NOW + i * 1000,
    });
    object = withOwners(after, managedFields);
  }
  const names = object.metadata.managedFields!.map(({ manager }) => manager);
  expect(names).toEqual(['ancient-changes', 'm5', 'm6', 'm7', 'm8', 'm9', 'm10', 'm11', 'm12', 'm13']);
  const [ancient] = object.metadata.managedFields!;
  expect(ancient!.fieldsV1).toMatchObject({
    'f:metadata': { 'f:annotations': { 'f:a0': {}, 'f:a4': {}, 'f:start': {} } },
  });
});
