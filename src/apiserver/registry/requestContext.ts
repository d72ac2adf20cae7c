import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { User } from '../authentication/user.ts';

/** What a verb must know of the request besides its object. */
export interface RequestContext {
  readonly user: User;
  /** Everything happens but the write. */
  readonly dryRun?: boolean | undefined;
  /** Takes the text of a `Warning` header. */
  readonly warn?: ((text: string) => void) | undefined;
  /**
   * Brings `metadata.managedFields` of `next` up to date, just before it is validated. Absent for clients of this process: their
   * writes are not tracked, which saves a walk over every object and a good part of its size.
   */
  readonly trackFields?: ((next: KubernetesObject, stored: KubernetesObject | undefined) => void) | undefined;
}
