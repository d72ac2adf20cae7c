import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../../apimachinery/quantity.ts';
import type { Container, DaemonSet, Node, PodSpec } from '../../generated/types.ts';
import { resourcesByNode, type Shares } from '../../resources/daemonset/resourcesByNode.ts';

const MILLIONTHS = 1_000_000n;
/** The finest that is handed out: a thousandth of a CPU, one byte. In billionths. */
const stepOf = (resource: string): bigint => (resource === 'cpu' ? 1_000_000n : 1_000_000_000n);

/** The spec of a daemon with what its containers ask for set by the size of its node, where the DaemonSet wants it so. */
export function sizedByNode(spec: PodSpec, daemonSet: DaemonSet, node: Node | undefined): PodSpec {
  const shares = resourcesByNode(daemonSet);
  const allocatable = node?.status?.allocatable;
  if (shares.size === 0 || !allocatable) return spec;
  const sized = (container: Container) => sizedContainer(container, shares.get(container.name), allocatable);
  return {
    ...spec,
    containers: spec.containers.map(sized),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(sized) }),
  };
}

/**
 * What the template asks for is the least that it gets; so is its limit, where it has one. A limit alone stands for the request too, as
 * it does in any pod.
 */
function sizedContainer(
  container: Container,
  shares: Shares | undefined,
  allocatable: Readonly<Record<string, string>>,
): Container {
  if (!shares) return container;
  const requests = { ...container.resources?.requests };
  const limits = { ...container.resources?.limits };
  for (const [resource, millionths] of shares) {
    const whole = allocatable[resource];
    if (whole === undefined) continue;
    const share = shareOf(parseQuantity(whole), millionths, stepOf(resource));
    requests[resource] = atLeast(share, requests[resource] ?? limits[resource]);
    if (limits[resource] !== undefined) limits[resource] = atLeast(share, limits[resource]);
  }
  const hasLimits = Object.keys(limits).length > 0;
  return { ...container, resources: { ...container.resources, requests, ...(hasLimits && { limits }) } };
}

const shareOf = ({ nano, format }: Quantity, millionths: number, step: bigint): Quantity => {
  const share = (nano * BigInt(millionths)) / MILLIONTHS;
  return { nano: share - (share % step), format };
};

function atLeast(share: Quantity, least: string | undefined): string {
  if (least !== undefined && compareQuantities(share, parseQuantity(least)) <= 0) return least;
  return formatQuantity(share);
}
