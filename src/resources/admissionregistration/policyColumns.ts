import { labelSelectorText } from '../../apimachinery/labelSelectorText.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { ParamKind, ParamRef } from '../../generated/types.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import type { Column } from '../resource.ts';

const UNSET = '<unset>';

interface Policy extends KubernetesObject {
  spec: { paramKind?: ParamKind };
}

interface Binding extends KubernetesObject {
  spec: { policyName?: string; paramRef?: ParamRef };
}

/** `counted`: how many rules or changes the policy has. */
export const policyColumns = <T extends Policy>(counted: Column<T>): Column<T>[] => [
  nameColumn,
  counted,
  {
    name: 'ParamKind',
    type: 'string',
    description: 'The kind of the parameters of the policy.',
    cell: ({ spec: { paramKind } }) => (paramKind ? `${paramKind.apiVersion}/${paramKind.kind}` : UNSET),
  },
  ageColumn,
];

export const bindingColumns: Column<Binding>[] = [
  nameColumn,
  {
    name: 'PolicyName',
    type: 'string',
    description: 'The policy that is put in force.',
    cell: ({ spec }) => spec.policyName ?? '',
  },
  {
    name: 'ParamRef',
    type: 'string',
    description: 'With which parameters.',
    cell: ({ spec: { paramRef } }) => (paramRef ? paramText(paramRef) : UNSET),
  },
  ageColumn,
];

/** Whether the parameters have a namespace cannot be told here. */
const paramText = ({ name, namespace, selector }: ParamRef): string => {
  if (name) return `${namespace || '*'}/${name}`;
  return selector ? labelSelectorText(selector) : UNSET;
};
