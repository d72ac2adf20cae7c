import type { PodSpec } from '../../generated/types.ts';
import { ipWarnings } from '../ipAddress.ts';

/** Addresses that one may write in a simpler way (KEP-4858). */
export function* addressWarnings({ dnsConfig, hostAliases }: PodSpec, field: string): Generator<string> {
  for (const [index, address] of (dnsConfig?.nameservers ?? []).entries())
    yield* ipWarnings(address, `${field}.dnsConfig.nameservers[${index}]`);
  for (const [index, { ip }] of (hostAliases ?? []).entries())
    yield* ipWarnings(ip, `${field}.hostAliases[${index}].ip`);
}
