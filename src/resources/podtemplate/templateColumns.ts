import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { LabelSelector, PodTemplateSpec } from '../../generated/types.ts';
import { selectorText } from '../columns/selectorText.ts';
import type { Column } from '../resource.ts';

export const containerNames = (template: PodTemplateSpec | undefined): string =>
  template?.spec?.containers?.map(({ name }) => name).join(',') ?? '';

export const imageNames = (template: PodTemplateSpec | undefined): string =>
  template?.spec?.containers?.map(({ image }) => image ?? '').join(',') ?? '';

/** Containers and Images, as `-o wide` shows them of every workload. */
export const containerColumns = <T extends KubernetesObject>(
  templateOf: (object: T) => PodTemplateSpec | undefined,
): Column<T>[] => [
  {
    name: 'Containers',
    type: 'string',
    priority: 1,
    description: 'Names of each container in the template.',
    cell: (object) => containerNames(templateOf(object)),
  },
  {
    name: 'Images',
    type: 'string',
    priority: 1,
    description: 'Images referenced by each container in the template.',
    cell: (object) => imageNames(templateOf(object)),
  },
];

/** Those and Selector, which all but StatefulSets show. */
export const wideColumns = <T extends KubernetesObject>(
  templateOf: (object: T) => PodTemplateSpec | undefined,
  selectorOf: (object: T) => LabelSelector | undefined,
): Column<T>[] => [
  ...containerColumns(templateOf),
  {
    name: 'Selector',
    type: 'string',
    priority: 1,
    description: 'The label query over the pods of this object.',
    cell: (object) => selectorText(selectorOf(object)),
  },
];
