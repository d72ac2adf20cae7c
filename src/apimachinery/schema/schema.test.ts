import { expect, test } from 'vitest';
import { definitionNamed, definitionOf, type FieldSchema, kindsOf } from './schema.ts';

const field = (group: string, version: string, kind: string, path: string): FieldSchema | undefined => {
  let schema: FieldSchema | undefined = { type: 'object', ref: definitionOf(group, version, kind)! };
  for (const step of path.split('.')) {
    schema = step === '*' ? schema?.items : schema?.ref?.fields.get(step);
  }
  return schema;
};

test('a kind is found under its group and version, with upstream name of its definition', () => {
  expect(definitionOf('apps', 'v1', 'DaemonSet')?.name).toBe('io.k8s.api.apps.v1.DaemonSet');
  expect(definitionOf('', 'v1', 'Event')?.name).toBe('io.k8s.api.core.v1.Event');
  expect(definitionOf('events.k8s.io', 'v1', 'Event')?.name).toBe('io.k8s.api.events.v1.Event');
  expect(definitionOf('policy', 'v1beta1', 'Eviction')?.name).toBe('io.k8s.api.policy.v1beta1.Eviction');
});

test('what is not served, or no name at all, is undefined', () => {
  expect(definitionOf('apps', 'v2', 'DaemonSet')).toBeUndefined();
  expect(definitionOf('', 'v1', '__proto__')).toBeUndefined();
  expect(definitionNamed('constructor')).toBeUndefined();
});

test('fields know how they are merged', () => {
  expect(field('', 'v1', 'Pod', 'spec.containers')).toMatchObject({
    type: 'array',
    listType: 'map',
    listMapKeys: ['name'],
    patchMergeKey: 'name',
    patchStrategy: 'merge',
  });
  expect(field('', 'v1', 'Pod', 'spec.containers.*.ports')).toMatchObject({
    listMapKeys: ['containerPort', 'protocol'],
    patchMergeKey: 'containerPort',
  });
  expect(field('', 'v1', 'Pod', 'spec.volumes')?.patchStrategy).toBe('merge,retainKeys');
  expect(field('apps', 'v1', 'Deployment', 'spec.strategy')?.patchStrategy).toBe('retainKeys');
  expect(field('', 'v1', 'Pod', 'metadata.finalizers')).toMatchObject({
    listType: 'set',
    patchStrategy: 'merge',
  });
  expect(field('apps', 'v1', 'DaemonSet', 'spec.selector')?.mapType).toBe('atomic');
  expect(field('', 'v1', 'Node', 'spec.taints')).toMatchObject({ listType: 'atomic' });
});

test('fields know their types', () => {
  expect(field('', 'v1', 'Pod', 'spec.containers.*.resources.requests.*')?.type).toBe('quantity');
  expect(field('apps', 'v1', 'DaemonSet', 'spec.updateStrategy.rollingUpdate.maxSurge')?.type).toBe(
    'intOrString',
  );
  expect(field('coordination.k8s.io', 'v1', 'Lease', 'spec.renewTime')?.format).toBe('micro-time');
  expect(field('', 'v1', 'Secret', 'data.*')).toMatchObject({ type: 'string', format: 'byte' });
  expect(field('apps', 'v1', 'ControllerRevision', 'data')?.type).toBe('any');
  expect(definitionOf('apps', 'v1', 'DaemonSetList')?.required).toEqual(new Set(['items']));
});

test('the older CronJob leads to older definitions of its own and shares the pod', () => {
  const spec = field('batch', 'v1beta1', 'CronJob', 'spec');
  expect(spec?.ref?.fields.get('jobTemplate')?.ref?.name).toBe('io.k8s.api.batch.v1beta1.JobTemplateSpec');
  expect(field('batch', 'v1beta1', 'CronJob', 'spec.jobTemplate.spec')?.ref?.name).toBe(
    'io.k8s.api.batch.v1.JobSpec',
  );
});

test('DeleteOptions belongs to every group that is served', () => {
  const groups = kindsOf('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions').map(({ group }) => group);
  expect(groups).toContain('');
  expect(groups).toContain('batch');
});
