import { isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';
import { goQuoted } from '../../goText.ts';
import { CelIp, isParsed, parseIp } from './addresses.ts';
import { define, defineType } from './define.ts';

/** A block of addresses, by any address in it and the length of what they have in common. */
class Cidr {
  readonly ip: CelIp;
  readonly length: number;

  constructor(ip: CelIp, length: number) {
    this.ip = ip;
    this.length = length;
  }

  equals({ ip, length }: Cidr): boolean {
    return this.ip.equals(ip) && this.length === length;
  }

  contains(ip: CelIp): boolean {
    return ip.family === this.ip.family && ip.prefix(this.length) === this.ip.prefix(this.length);
  }

  containsBlock({ ip, length }: Cidr): boolean {
    return this.length <= length && this.contains(ip);
  }

  masked(): Cidr {
    const { family, bits } = this.ip;
    return new Cidr(
      new CelIp(family, this.ip.prefix(this.length) << BigInt(bits - this.length)),
      this.length,
    );
  }

  toString(): string {
    return `${this.ip}/${this.length}`;
  }
}

const DURING = 'network address parse error during conversion from string';

/** Throws what upstream says of what is no block: it says twice what it was doing. */
function parseCidr(text: string): Cidr {
  const [, address = '', bits = ''] = /^([^/]*)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0 || address.includes('%') || Number(bits) > (family === 4 ? 32 : 128)) {
    throw new Error(`${DURING}: ${DURING}: netip.ParsePrefix(${goQuoted(text)}): ${problemOf(text)}`);
  }
  try {
    return new Cidr(parseIp(address), Number(bits));
  } catch {
    throw new Error(`${DURING}: IPv4-mapped IPv6 address ${goQuoted(text)} is not allowed`);
  }
}

function problemOf(text: string): string {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return "no '/'";
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)];
  if (isIP(address) === 0) return `ParseAddr(${goQuoted(address)}): unable to parse IP`;
  if (address.includes('%')) return 'IPv6 zones cannot be present in a prefix';
  return /^\d{1,3}$/.test(bits) ? 'prefix length out of range' : `bad bits after slash: ${goQuoted(bits)}`;
}

const TYPE = 'net.CIDR';

/** Upstream's library `cidr`. It builds on that of addresses. */
export function registerCidrs(environment: Environment): void {
  defineType(environment, TYPE, Cidr);
  define(environment, {
    [`cidr(string): ${TYPE}`]: parseCidr,
    'isCIDR(string): bool': (text: string) => isParsed(parseCidr, text),
    [`string(${TYPE}): string`]: (on: Cidr) => on.toString(),
    [`${TYPE}.containsIP(string): bool`]: (on: Cidr, ip: string) => on.contains(parseIp(ip)),
    [`${TYPE}.containsIP(net.IP): bool`]: (on: Cidr, ip: CelIp) => on.contains(ip),
    [`${TYPE}.containsCIDR(string): bool`]: (on: Cidr, other: string) => on.containsBlock(parseCidr(other)),
    [`${TYPE}.containsCIDR(${TYPE}): bool`]: (on: Cidr, other: Cidr) => on.containsBlock(other),
    [`${TYPE}.ip(): net.IP`]: ({ ip }: Cidr) => ip,
    [`${TYPE}.masked(): ${TYPE}`]: (on: Cidr) => on.masked(),
    [`${TYPE}.prefixLength(): int`]: ({ length }: Cidr) => BigInt(length),
  });
}
