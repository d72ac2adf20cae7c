import type { CustomResourceDefinition } from '../../generated/types.ts';
import { createdAtColumn, nameColumn } from '../columns/metadata.ts';
import { CustomResourceDefinitions } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { CLEANUP_FINALIZER, storedVersionOf } from './definitionStatus.ts';
import {
  validateDefinition,
  validateDefinitionStatus,
  validateDefinitionUpdate,
} from './definitionValidation.ts';
import { definitionWarnings } from './definitionWarnings.ts';

const HTTPS_PORT = 443;

function setDefaults({ spec }: CustomResourceDefinition): void {
  if (!spec) return;
  spec.conversion ??= { strategy: 'None' };
  const { service } = spec.conversion.webhook?.clientConfig ?? {};
  if (service) service.port ??= HTTPS_PORT;
  if (!spec.names?.kind) return;
  spec.names.singular ||= spec.names.kind.toLowerCase();
  spec.names.listKind ||= `${spec.names.kind}List`;
}

/** A version in which objects were once kept stays on the list until somebody has seen to it that none are left. */
function noteStoredVersion(definition: CustomResourceDefinition): void {
  if (!definition.spec) return;
  const version = storedVersionOf(definition);
  const storedVersions = definition.status?.storedVersions ?? [];
  if (!version || storedVersions.includes(version)) return;
  definition.status = { ...definition.status, storedVersions: [...storedVersions, version] };
}

/** The kinds that users bring along. The API server follows them, see `apiserver/customresources`. */
export const customResourceDefinitions: Resource<CustomResourceDefinition> = {
  ...CustomResourceDefinitions,
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  subresources: { status: true },
  hasGeneration: true,

  setDefaults,
  prepareCreate(definition) {
    const { finalizers = [] } = definition.metadata;
    if (!finalizers.includes(CLEANUP_FINALIZER))
      definition.metadata.finalizers = [...finalizers, CLEANUP_FINALIZER];
    noteStoredVersion(definition);
  },
  prepareUpdate: noteStoredVersion,
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
  validateStatusUpdate: validateDefinitionStatus,

  warnings: definitionWarnings,

  columns: [nameColumn, createdAtColumn],
};
