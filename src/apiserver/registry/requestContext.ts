import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { GroupVersion } from '../../apimachinery/resourceType.ts';
import type { User } from '../authentication/user.ts';

/** Who makes a request, and how. */
export interface Circumstances {
  readonly user: User;
  /** The version of the API that the client speaks, where that may not be the one of the kind's module. */
  readonly asked?: GroupVersion | undefined;
  /** Everything happens but the write. */
  readonly dryRun?: boolean | undefined;
  /** Takes the text of a `Warning` header. */
  readonly warn?: ((text: string) => void) | undefined;
  /** The fields of `CreateOptions`, `UpdateOptions` or `DeleteOptions` as they were sent. */
  readonly options?: object | undefined;
}

/** What a verb must know of the request besides its object. */
export interface RequestContext extends Circumstances {
  /**
   * Brings `metadata.managedFields` of `next` up to date, just before it is validated. Absent for clients of this process: their
   * writes are not tracked, which saves a walk over every object and a good part of its size.
   */
  readonly trackFields?: ((next: KubernetesObject, stored: KubernetesObject | undefined) => void) | undefined;
}

export const circumstancesOf = ({ user, asked, dryRun, warn, options }: RequestContext): Circumstances => ({
  user,
  asked,
  dryRun,
  warn,
  options,
});
