import { isStatusError } from '../../apimachinery/errors.ts';
import { nameOf } from '../../apimachinery/object.ts';
import type { DeleteOptions } from '../../generated/types.ts';
import { deleteObject } from './delete.ts';
import { orphanWarning } from './finalizers.ts';
import { type ListQuery, list, type Page } from './list.ts';
import type { RegistryParts } from './registryParts.ts';
import type { RequestContext } from './requestContext.ts';
import type { Scope } from './target.ts';

/** Deletes all that the query selects, and resolves to what it was. What others delete at the same time is no failure. */
export async function deleteCollection(
  parts: RegistryParts,
  scope: Scope,
  query: ListQuery,
  options: DeleteOptions,
  context: RequestContext,
): Promise<Page> {
  const page = list(parts, scope, query);
  const warning = orphanWarning(scope.resource, options);
  if (warning) context.warn?.(warning);
  const quietly = { ...context, warn: undefined };
  const deletions = page.items.map(async ({ object }) => {
    const target = { ...scope, namespace: object.metadata.namespace, name: nameOf(object) };
    try {
      await deleteObject(parts, target, options, quietly);
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  });
  await Promise.all(deletions);
  return page;
}
