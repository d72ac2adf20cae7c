import { formatQuantity, parseQuantity, wholeQuantity, wholeValue } from '../../apimachinery/quantity.ts';
import type { Container } from '../../generated/types.ts';
import { resourceOf, type Shortage } from './thresholds.ts';

/** What one container of the pod that goes has used. */
export interface ContainerConsumption {
  readonly container: Container;
  readonly used: number;
}

/** Why a pod was evicted, in the kubelet's words: `The node was low on resource: memory. Threshold quantity: …`. */
export function evictionMessage(shortage: Shortage, containers: readonly ContainerConsumption[]): string {
  const resource = resourceOf(shortage);
  const lines = containers.flatMap(({ container, used }) => {
    const request = container.resources?.requests?.[resource] ?? '0';
    if (used <= wholeValue(parseQuantity(request))) return [];
    return `Container ${container.name} was using ${amount(used)}, request is ${request}, has larger consumption of ${resource}. `;
  });
  return [
    `The node was low on resource: ${resource}. `,
    `Threshold quantity: ${quantity(shortage, shortage.least)}, available: ${quantity(shortage, shortage.available)}. `,
    ...lines,
  ].join('');
}

const quantity = ({ signal }: Shortage, value: number): string =>
  signal === 'pid.available' || signal === 'nodefs.inodesFree' ? String(value) : amount(value);

/** As upstream shows measured bytes: in whole kibibytes. */
const amount = (bytes: number): string =>
  formatQuantity(wholeQuantity(Math.floor(bytes / 1024) * 1024, 'BinarySI'));
