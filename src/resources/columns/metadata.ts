import { type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import type { Column } from '../resource.ts';
import { age, UNKNOWN } from './age.ts';

export const nameColumn: Column<KubernetesObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'The name, unique among the objects of this kind in the namespace.',
  cell: nameOf,
};

export const ageColumn: Column<KubernetesObject> = {
  name: 'Age',
  type: 'string',
  description: 'How long ago the object was created.',
  cell: ({ metadata }, now) => age(metadata.creationTimestamp, now),
};

/** Limit ranges and roles show the time itself. */
export const createdAtColumn: Column<KubernetesObject> = {
  name: 'Created At',
  type: 'date',
  description: 'When the object was created.',
  cell: ({ metadata }) => metadata.creationTimestamp ?? UNKNOWN,
};
