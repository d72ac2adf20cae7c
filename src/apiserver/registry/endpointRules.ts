import { StatusError } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Resource, ScaleAccess } from '../../resources/resource.ts';
import { finalizeRules } from './subresources/finalize.ts';
import { ephemeralContainersRules, resizeRules } from './subresources/podRules.ts';
import { type EndpointRules, mainRules, statusRules, subresourceRules } from './updateRules.ts';

/** A path that leads nowhere, in upstream's words. */
export const noSuchEndpoint = (): StatusError =>
  new StatusError('NotFound', 'the server could not find the requested resource', {});

/** Made once for each kind: custom ones go with their definitions. */
const rulesByResource = new WeakMap<Resource, Map<string, EndpointRules>>();

/** How writes through this endpoint of a kind go. Throws 404 when the kind has no such endpoint. */
export function rulesFor(resource: Resource, subresource = ''): EndpointRules {
  const known = rulesByResource.getOrInsertComputed(resource, () => new Map());
  return known.getOrInsertComputed(subresource, () => {
    const rules = knownRules(resource, subresource);
    if (!rules) throw noSuchEndpoint();
    return rules;
  });
}

function knownRules(resource: Resource, subresource: string): EndpointRules | undefined {
  const { status, scale, approval } = resource.subresources ?? {};
  switch (subresource) {
    case '':
      return mainRules(resource);
    case 'status':
      return status && statusRules(resource);
    case 'scale':
      return scale && mainRules(resource);
    case 'approval':
      return approval && subresourceRules(resource, approval);
    case 'finalize':
      return resource.kind === 'Namespace' && !resource.custom ? finalizeRules : undefined;
    case 'ephemeralcontainers':
      return isPods(resource) ? ephemeralContainersRules(resource) : undefined;
    case 'resize':
      return isPods(resource) ? resizeRules(resource) : undefined;
    default:
      return undefined;
  }
}

const isPods = ({ kind, custom }: Resource): boolean => kind === 'Pod' && !custom;

/** How a kind is scaled. Throws 404 when it is not. */
export function scaleAccessOf(resource: Resource): ScaleAccess<KubernetesObject> {
  const access = resource.subresources?.scale;
  if (!access) throw noSuchEndpoint();
  return access;
}

/** The subresources of a kind that are read or written like the object itself. */
export const SUBRESOURCES = [
  'status',
  'scale',
  'approval',
  'finalize',
  'ephemeralcontainers',
  'resize',
] as const;

export const hasSubresource = (resource: Resource, subresource: string): boolean =>
  knownRules(resource, subresource) !== undefined;
