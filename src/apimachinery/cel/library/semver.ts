import type { Environment } from '@marcbachmann/cel-js';
import { define, defineType } from './define.ts';

const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/;
const NUMBER = /^\d+$/;

/** A semantic version, without what it says of its build: that is no part of its order. */
class Semver {
  readonly numbers: readonly bigint[];
  readonly prerelease: readonly string[];

  constructor(numbers: readonly bigint[], prerelease: readonly string[]) {
    this.numbers = numbers;
    this.prerelease = prerelease;
  }

  static parse(text: string): Semver | undefined {
    const [, major, minor, patch, prerelease] = VERSION.exec(text) ?? [];
    if (major === undefined) return undefined;
    return new Semver([major, minor!, patch!].map(BigInt), prerelease?.split('.') ?? []);
  }

  equals(other: Semver): boolean {
    return this.compareTo(other) === 0;
  }

  compareTo(other: Semver): number {
    for (const [index, number] of this.numbers.entries()) {
      if (number !== other.numbers[index]) return number < other.numbers[index]! ? -1 : 1;
    }
    return comparePrereleases(this.prerelease, other.prerelease);
  }
}

/** A version that is out comes after all that led to it. */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part !== other) return compareParts(part, other);
  }
  return Math.sign(a.length - b.length);
}

/** Numbers by their amount and before texts. */
function compareParts(a: string, b: string): number {
  if (NUMBER.test(a) && NUMBER.test(b)) return BigInt(a) < BigInt(b) ? -1 : 1;
  if (NUMBER.test(a) !== NUMBER.test(b)) return NUMBER.test(a) ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Without a `v` in front, with all three numbers, and these without zeros in front. */
function normalized(text: string): string {
  const [, numbers = '', rest = ''] = /^([\d.]*)(.*)$/s.exec(text.replace(/^v/, '')) ?? [];
  const parts = numbers.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  if (rest === '' || /^[-+]/.test(rest)) while (parts.length < 3) parts.push('0');
  return parts.join('.') + rest;
}

const TYPE = 'kubernetes.Semver';

/** Upstream's library `semver`: `semver("1.2.3").isLessThan(semver("2.0.0"))`. */
export function registerSemver(environment: Environment): void {
  defineType(environment, TYPE, Semver);
  const parse = (text: string, isLax = false) => Semver.parse(isLax ? normalized(text) : text);
  const semver = (text: string, isLax?: boolean) => {
    const version = parse(text, isLax);
    if (!version) throw new Error(problemOf(text));
    return version;
  };
  const isSemver = (text: string, isLax?: boolean) => parse(text, isLax) !== undefined;
  define(environment, {
    [`semver(string): ${TYPE}`]: (text: string) => semver(text),
    [`semver(string, bool): ${TYPE}`]: semver,
    'isSemver(string): bool': (text: string) => isSemver(text),
    'isSemver(string, bool): bool': isSemver,
    [`${TYPE}.major(): int`]: ({ numbers }: Semver) => numbers[0],
    [`${TYPE}.minor(): int`]: ({ numbers }: Semver) => numbers[1],
    [`${TYPE}.patch(): int`]: ({ numbers }: Semver) => numbers[2],
    [`${TYPE}.isLessThan(${TYPE}): bool`]: (on: Semver, other: Semver) => on.compareTo(other) < 0,
    [`${TYPE}.isGreaterThan(${TYPE}): bool`]: (on: Semver, other: Semver) => on.compareTo(other) > 0,
    [`${TYPE}.compareTo(${TYPE}): int`]: (on: Semver, other: Semver) => BigInt(on.compareTo(other)),
  });
}

function problemOf(text: string): string {
  if (text === '') return 'Version string empty';
  if (text.split('.').length < 3) return 'No Major.Minor.Patch elements found';
  return `Invalid character(s) found in version ${JSON.stringify(text)}`;
}
