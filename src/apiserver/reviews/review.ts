import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { User } from '../authentication/user.ts';
import type { ReviewType } from '../http/discovery/catalog.ts';

/** A question that is posted like an object, and answered instead of kept. */
export interface Review extends ReviewType {
  /** The object with its `status` filled in. `namespace` is that of the path. */
  answer(question: KubernetesObject, user: User, namespace: string): KubernetesObject;
}
