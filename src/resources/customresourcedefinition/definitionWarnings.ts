import { unenforcedRules } from '../../apimachinery/cel/celRules.ts';
import { deepEqual } from '../../apimachinery/object.ts';
import type { StructuralSchema } from '../../apimachinery/structural/structuralSchema.ts';
import type { CustomResourceDefinition } from '../../generated/types.ts';

/** What is right, but cannot be carried out here: told when it comes, not at each later change. */
export function definitionWarnings(
  { spec }: CustomResourceDefinition,
  stored: CustomResourceDefinition | undefined,
): readonly string[] {
  if (stored && deepEqual(stored.spec, spec)) return [];
  return spec.versions.flatMap(({ schema }, index) =>
    schema?.openAPIV3Schema
      ? unenforcedRules(
          schema.openAPIV3Schema as StructuralSchema,
          `spec.versions[${index}].schema.openAPIV3Schema`,
        )
      : [],
  );
}
