import { isIPv6 } from 'node:net';
import { goQuoted } from '../../apimachinery/goText.ts';
import type { PodSpec } from '../../generated/types.ts';
import { canonicalIpv6 } from './validation/ipAddress.ts';

/** Addresses that one may write in a simpler way (KEP-4858). */
export function* addressWarnings({ dnsConfig, hostAliases }: PodSpec, field: string): Generator<string> {
  for (const [index, address] of (dnsConfig?.nameservers ?? []).entries())
    yield* warningsOf(address, `${field}.dnsConfig.nameservers[${index}]`);
  for (const [index, { ip }] of (hostAliases ?? []).entries())
    yield* warningsOf(ip, `${field}.hostAliases[${index}].ip`);
}

function* warningsOf(address: string, field: string): Generator<string> {
  if (!isIPv6(address) || address.includes('%')) return;
  const canonical = canonicalIpv6(address);
  if (canonical === address) return;
  yield `${field}: IPv6 address ${goQuoted(address)} should be in RFC 5952 canonical format (${goQuoted(canonical)})`;
}
