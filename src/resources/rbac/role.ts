import { pathSegment } from '../../apimachinery/nameRules.ts';
import type { Role } from '../../generated/types.ts';
import { createdAtColumn, nameColumn } from '../columns/metadata.ts';
import { Roles } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { validateRules } from './ruleValidation.ts';

const validate = ({ rules }: Role) => validateRules(rules, true);

export const roles: Resource<Role> = {
  ...Roles,
  singular: 'role',
  createOnUpdate: true,
  nameProblems: pathSegment,
  validate,
  validateUpdate: validate,
  columns: [nameColumn, createdAtColumn],
};
