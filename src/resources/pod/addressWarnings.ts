import { isIPv6 } from 'node:net';
import type { PodSpec } from '../../generated/types.ts';

/** Addresses that one may write in a simpler way (KEP-4858). */
export function* addressWarnings({ dnsConfig, hostAliases }: PodSpec, field: string): Generator<string> {
  for (const [index, address] of (dnsConfig?.nameservers ?? []).entries())
    yield* warningsOf(address, `${field}.dnsConfig.nameservers[${index}]`);
  for (const [index, { ip }] of (hostAliases ?? []).entries())
    yield* warningsOf(ip, `${field}.hostAliases[${index}].ip`);
}

function* warningsOf(address: string, field: string): Generator<string> {
  if (!isIPv6(address) || address.includes('%')) return;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const quoted = JSON.stringify(address);
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical) ?? [];
  if (high !== undefined && low !== undefined) {
    const plain = JSON.stringify([...bytesOf(high), ...bytesOf(low)].join('.'));
    yield `${field}: non-standard IP address ${quoted} will be considered invalid in a future Kubernetes release: use ${plain}`;
  } else if (canonical !== address)
    yield `${field}: IPv6 address ${quoted} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`;
}

function bytesOf(group: string): [number, number] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
