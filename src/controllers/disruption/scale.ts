import { qualified } from '../../apimachinery/errors.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';

/** How many pods the owner of a pod wants, or why nobody can tell. A deployment speaks for its ReplicaSets. */
export type Scale =
  | { readonly kind: 'known'; readonly owner: string; readonly replicas: number }
  | { readonly kind: 'unmanaged' }
  | { readonly kind: 'unknown'; readonly message: string };

export const unknown = (message: string): Scale => ({ kind: 'unknown', message });

export const notScalable = (type: Pick<ResourceType, 'group' | 'plural'>): Scale =>
  unknown(`${qualified(type)} does not implement the scale subresource`);
