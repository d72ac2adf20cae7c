import { goQuoted } from '../../apimachinery/goText.ts';
import { milliValue, parseQuantity } from '../../apimachinery/quantity.ts';
import type { PersistentVolumeClaimSpec } from '../../generated/types.ts';

/** Of amounts of what is counted in bytes, of which there are no parts. */
export function* byteWarnings(
  amounts: Readonly<Record<string, string>> | undefined,
  field: string,
  names: readonly string[],
): Generator<string> {
  for (const name of names) {
    const amount = amounts?.[name];
    if (amount === undefined || milliValue(parseQuantity(amount)) % 1000 === 0) continue;
    const value = goQuoted(amount);
    yield `${field}[${name}]: fractional byte value ${value} is invalid, must be an integer`;
  }
}

/** What a claim asks for (`GetWarningsForPersistentVolumeClaimSpec`). */
export function* claimWarnings(
  spec: PersistentVolumeClaimSpec | undefined,
  field: string,
): Generator<string> {
  for (const list of ['requests', 'limits'] as const)
    yield* byteWarnings(spec?.resources?.[list], `${field}.resources.${list}`, ['storage']);
}
