import { isStatusError } from '../../apimachinery/errors.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { ControllerRevision } from '../../generated/types.ts';
import { ControllerRevisions } from '../../resources/kinds.ts';
import { isOfTemplate, type WithTemplate } from './revisions.ts';

/**
 * Stores the revision of the owner's template. One of that name and of the same template was made before a crash, or left by a namesake,
 * and serves. Where the name is another template's, the collision is counted and the error thrown: the next look takes another name.
 */
export async function createRevision(
  client: Client,
  owner: WithTemplate,
  revision: ControllerRevision,
  countCollision: () => Promise<void>,
): Promise<void> {
  try {
    await client.create(ControllerRevisions, revision);
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
    if (isOfTemplate(await client.get(ControllerRevisions, refOf(revision)), owner)) return;
    await countCollision();
    throw error;
  }
}
