import { isIPv4, isIPv6 } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';
import { goQuoted } from '../../goText.ts';
import { define, defineNamespace, defineType } from './define.ts';

/** An address of version 4 or 6, as a number. */
export class CelIp {
  readonly family: 4 | 6;
  readonly value: bigint;

  constructor(family: 4 | 6, value: bigint) {
    this.family = family;
    this.value = value;
  }

  equals({ family, value }: CelIp): boolean {
    return this.family === family && this.value === value;
  }

  get bits(): number {
    return this.family === 4 ? 32 : 128;
  }

  /** The highest bits, so many. */
  prefix(length: number): bigint {
    return this.value >> BigInt(this.bits - length);
  }

  /** As RFC 5952 writes it. */
  toString(): string {
    if (this.family === 4) return [24n, 16n, 8n, 0n].map((shift) => (this.value >> shift) & 255n).join('.');
    const groups = Array.from({ length: 8 }, (_, index) =>
      ((this.value >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
    );
    return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
  }
}

/** Throws what upstream says of what is no address. */
export function parseIp(text: string): CelIp {
  if (isIPv4(text)) return new CelIp(4, numberOf(text.split('.').map(Number), 8n));
  if (!isIPv6(text)) {
    const why = `ParseAddr(${goQuoted(text)}): unable to parse IP`;
    throw new Error(`IP Address ${goQuoted(text)} parse error during conversion from string: ${why}`);
  }
  if (text.includes('%')) throw new Error(`IP address ${goQuoted(text)} with zone value is not allowed`);
  const value = numberOf(groupsOf(text), 16n);
  if (value >> 32n === 0xffffn) throw new Error(`IPv4-mapped IPv6 address ${goQuoted(text)} is not allowed`);
  return new CelIp(6, value);
}

const numberOf = (parts: readonly number[], bits: bigint): bigint =>
  parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);

/** The eight groups of an address, of which zeros may have been left out. */
function groupsOf(text: string): number[] {
  const [head = '', tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const read = (part = '') => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [read(head), read(tail)];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

const TYPE = 'net.IP';

/** Upstream's library `ip`. */
export function registerIps(environment: Environment): void {
  defineType(environment, TYPE, CelIp);
  defineNamespace(environment, 'ip', {
    'isCanonical(string): bool': (text: string) => parseIp(text).toString() === text,
  });
  define(environment, {
    [`ip(string): ${TYPE}`]: parseIp,
    'isIP(string): bool': (text: string) => isParsed(parseIp, text),
    [`string(${TYPE}): string`]: (on: CelIp) => on.toString(),
    [`${TYPE}.family(): int`]: ({ family }: CelIp) => BigInt(family),
    [`${TYPE}.isUnspecified(): bool`]: ({ value }: CelIp) => value === 0n,
    [`${TYPE}.isLoopback(): bool`]: isLoopback,
    [`${TYPE}.isLinkLocalMulticast(): bool`]: (on: CelIp) =>
      on.family === 4 ? on.prefix(24) === 0xe00000n : (on.prefix(16) & 0xff0fn) === 0xff02n,
    [`${TYPE}.isLinkLocalUnicast(): bool`]: isLinkLocalUnicast,
    [`${TYPE}.isGlobalUnicast(): bool`]: (on: CelIp) =>
      on.value !== 0n &&
      !(on.family === 4 && on.value === 0xffffffffn) &&
      !isLoopback(on) &&
      !isMulticast(on) &&
      !isLinkLocalUnicast(on),
  });
}

const isLoopback = (on: CelIp): boolean => (on.family === 4 ? on.prefix(8) === 127n : on.value === 1n);
const isMulticast = (on: CelIp): boolean =>
  on.family === 4 ? on.prefix(4) === 0xen : on.prefix(8) === 0xffn;
const isLinkLocalUnicast = (on: CelIp): boolean =>
  on.family === 4 ? on.prefix(16) === 0xa9fen : on.prefix(10) === 0x3fan;

/** Whether something is read without an error. */
export function isParsed(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
