import { isIPv6 } from 'node:net';
import type { Service } from '../../generated/types.ts';

export type AddressFamily = 'IPv4' | 'IPv6';

/** Whether a service has its endpoints from pods that it selects. Those of others are written by whoever knows them. */
export const selectsPods = ({ spec }: Service): boolean =>
  spec.type !== 'ExternalName' && hasSelector(spec.selector);

/** An empty selector is none: it selects nothing. */
export function hasSelector(selector: Service['spec']['selector']): boolean {
  for (const _ in selector) return true;
  return false;
}

/** It has no address of its own: clients find its endpoints themselves. */
export const isHeadless = ({ spec }: Service): boolean => !spec.clusterIP || spec.clusterIP === 'None';

/** The families of addresses that a service is reached by, the first one first. */
export function familiesOf({ spec }: Service): readonly AddressFamily[] {
  const families = (spec.ipFamilies ?? []).filter(isFamily);
  if (families.length > 0) return families;
  return [isIPv6(spec.clusterIP ?? '') ? 'IPv6' : 'IPv4'];
}

const isFamily = (family: string): family is AddressFamily => family === 'IPv4' || family === 'IPv6';
