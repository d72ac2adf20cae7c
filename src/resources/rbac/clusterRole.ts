import { pathSegment } from '../../apimachinery/nameRules.ts';
import type { ClusterRole } from '../../generated/types.ts';
import { createdAtColumn, nameColumn } from '../columns/metadata.ts';
import { ClusterRoles } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { validateRules } from './ruleValidation.ts';

const validate = ({ rules }: ClusterRole) => validateRules(rules, false);

export const clusterRoles: Resource<ClusterRole> = {
  ...ClusterRoles,
  singular: 'clusterrole',
  createOnUpdate: true,
  nameProblems: pathSegment,
  validate,
  validateUpdate: validate,
  columns: [nameColumn, createdAtColumn],
};
