import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../../generated/types.ts';
import { hasTrueCondition } from '../conditions.ts';

/** Keeps a definition until all its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** Whether the kind is served: so from the moment when its names were first accepted. */
export const isEstablished = (definition: CustomResourceDefinition): boolean =>
  hasTrueCondition(definition, 'Established');

export const storedVersionOf = ({ spec }: CustomResourceDefinition): string =>
  spec.versions.find(({ storage }) => storage)?.name ?? '';

export const servedVersionsOf = ({
  spec,
}: CustomResourceDefinition): readonly CustomResourceDefinitionVersion[] =>
  spec.versions.filter(({ served }) => served);
