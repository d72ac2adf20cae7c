import { BlockList, isIPv6 } from 'node:net';
import { type FieldError, invalidValue } from '../apimachinery/fieldErrors.ts';
import type { ObjectMeta } from '../generated/types.ts';
import { checkIp } from './ipAddress.ts';

const UNSPECIFIED = addresses('0.0.0.0/32', '::/128');
const LOOPBACK = addresses('127.0.0.0/8', '::1/128');
const LINK_LOCAL = addresses('169.254.0.0/16', 'fe80::/10');
const LINK_LOCAL_MULTICAST = addresses('224.0.0.0/24', 'ff02::/16');

const REFUSED: readonly (readonly [BlockList, (address: string) => string])[] = [
  [UNSPECIFIED, (address) => `may not be unspecified (${address})`],
  [LOOPBACK, () => 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [LINK_LOCAL, () => 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [LINK_LOCAL_MULTICAST, () => 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
];

function addresses(...ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** An address at which others find an endpoint (`ValidateEndpointIP`): not one that means something else on every host. */
export function checkEndpointIp(
  errors: FieldError[],
  field: string,
  address: string,
  { name, namespace }: ObjectMeta,
): void {
  // A server that listens at the loopback only has no other address, and says so in `default/kubernetes`.
  if (name === 'kubernetes' && namespace === 'default') checkIp(errors, field, address);
  else checkPublicIp(errors, field, address);
}

/** An address that means the same on every host (`ValidateNonSpecialIP`). */
export function checkPublicIp(errors: FieldError[], field: string, address: string): void {
  const count = errors.length;
  checkIp(errors, field, address);
  if (errors.length > count) return;
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  for (const [list, problem] of REFUSED) {
    if (list.check(address, family)) errors.push(invalidValue(field, address, problem(address)));
  }
}
