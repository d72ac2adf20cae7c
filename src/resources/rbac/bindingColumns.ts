import type { RbacV1Subject, RoleRef } from '../../generated/types.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import type { Column } from '../resource.ts';

interface Binding {
  metadata: { name?: string };
  roleRef: RoleRef;
  subjects?: RbacV1Subject[];
}

const namesOf = ({ subjects = [] }: Binding, kind: string): string =>
  subjects
    .filter((subject) => subject.kind === kind)
    .map(({ namespace, name }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
    .join(', ');

const subjectsColumn = (name: string, kind: string): Column<Binding> => ({
  name,
  type: 'string',
  priority: 1,
  description: `${name} in the binding.`,
  cell: (binding) => namesOf(binding, kind),
});

export const bindingColumns: readonly Column<Binding>[] = [
  nameColumn,
  {
    name: 'Role',
    type: 'string',
    description: 'The role that is granted.',
    cell: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
  },
  ageColumn,
  subjectsColumn('Users', 'User'),
  subjectsColumn('Groups', 'Group'),
  subjectsColumn('ServiceAccounts', 'ServiceAccount'),
];
