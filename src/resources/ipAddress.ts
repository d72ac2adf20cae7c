import { isIP, isIPv4, isIPv6 } from 'node:net';
import { type FieldError, invalidValue } from '../apimachinery/fieldErrors.ts';
import { goQuoted } from '../apimachinery/goText.ts';

const DOTTED_END = /\d+(\.\d+){3}$/;
const MAPPED = /^::ffff:[0-9a-f]+:[0-9a-f]+$/;

/** An address that everybody understands alike (KEP-4858): strict by default since 1.36. */
export function checkIp(errors: FieldError[], field: string, address = ''): void {
  if (isIPv4(address)) return;
  const problem = ipProblem(address);
  if (problem) errors.push(invalidValue(field, address, problem));
}

function ipProblem(address: string): string | undefined {
  // A zone is an interface of one machine.
  if (isIPv6(address) && !address.includes('%')) {
    return MAPPED.test(canonicalIpv6(address)) ? 'must not be an IPv4-mapped IPv6 address' : undefined;
  }
  const plain = address.replace(DOTTED_END, (dotted) => dotted.split('.').map(Number).join('.'));
  if (plain !== address && isIP(plain) !== 0 && !plain.includes('%')) return 'must not have leading 0s';
  return 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
}

/** As RFC 5952 writes it, but for the dots of a mapped address of version 4. */
const canonicalIpv6 = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);

/** That an address may be written in a simpler way (KEP-4858). */
export function* ipWarnings(address: string, field: string): Generator<string> {
  if (!isIPv6(address) || address.includes('%')) return;
  const canonical = canonicalIpv6(address);
  if (canonical === address) return;
  yield `${field}: IPv6 address ${goQuoted(address)} should be in RFC 5952 canonical format (${goQuoted(canonical)})`;
}
