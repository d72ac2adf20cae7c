import { applyPatch } from '../../src/apimachinery/apply/applyPatch.ts';
import { trackUpdate } from '../../src/apimachinery/apply/update.ts';
import type { StatusError } from '../../src/apimachinery/errors.ts';
import { deepFreeze, type KubernetesObject } from '../../src/apimachinery/object.ts';
import { definitionOf } from '../../src/apimachinery/schema/schema.ts';
import type { Deployment } from '../../src/generated/types.ts';

export type Loose = Record<string, unknown>;

const deploymentDefinition = definitionOf('apps', 'v1', 'Deployment')!;
export const NOW = Date.UTC(2026, 0, 1);

export const deployment = (spec: Loose = {}, metadata: Loose = {}) =>
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
export const apply = (live: KubernetesObject | undefined, applied: KubernetesObject, options: Options = {}) =>
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
export function update(before: KubernetesObject | undefined, after: KubernetesObject, manager: string) {
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

export const ownersOf = (object: KubernetesObject) =>
  Object.fromEntries(
    (object.metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [manager, fieldsV1]),
  );

export function conflictOf(run: () => unknown): StatusError {
  try {
    run();
  } catch (error) {
    return error as StatusError;
  }
  throw new Error('expected a conflict');
}

export const container = (name: string, rest: Loose = {}) => ({ name, image: `${name}:1`, ...rest });
export const podSpec = (containers: Loose[], rest: Loose = {}) => ({
  template: { spec: { containers, ...rest } },
});
export const containersOf = (object: Deployment) =>
  object.spec!.template.spec!.containers.map(({ name }) => name);
