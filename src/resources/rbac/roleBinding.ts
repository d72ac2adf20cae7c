import { pathSegment } from '../../apimachinery/nameRules.ts';
import type { RoleBinding } from '../../generated/types.ts';
import { RoleBindings } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { bindingColumns } from './bindingColumns.ts';
import { defaultBinding, validateBinding, validateBindingUpdate } from './bindingValidation.ts';

export const roleBindings: Resource<RoleBinding> = {
  ...RoleBindings,
  singular: 'rolebinding',
  createOnUpdate: true,
  nameProblems: pathSegment,
  setDefaults: defaultBinding,
  validate: (binding) => validateBinding(binding, true),
  validateUpdate: (next, stored) => validateBindingUpdate(next, stored, true),
  columns: bindingColumns,
};
