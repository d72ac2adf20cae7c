import { pathSegment } from '../../apimachinery/nameRules.ts';
import type { ClusterRoleBinding } from '../../generated/types.ts';
import { ClusterRoleBindings } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { bindingColumns } from './bindingColumns.ts';
import { defaultBinding, validateBinding, validateBindingUpdate } from './bindingValidation.ts';

export const clusterRoleBindings: Resource<ClusterRoleBinding> = {
  ...ClusterRoleBindings,
  singular: 'clusterrolebinding',
  createOnUpdate: true,
  nameProblems: pathSegment,
  setDefaults: defaultBinding,
  validate: (binding) => validateBinding(binding, false),
  validateUpdate: (next, stored) => validateBindingUpdate(next, stored, false),
  columns: bindingColumns,
};
