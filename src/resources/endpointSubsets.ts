import type { CoreV1EndpointPort, EndpointAddress, EndpointSubset } from '../generated/types.ts';

/** An address and whether it is ready, for one port. */
interface Offer {
  readonly address: EndpointAddress;
  readonly isReady: boolean;
}
/** Ports that the same addresses offer. */
interface Group {
  readonly offers: ReadonlyMap<string, Offer>;
  readonly ports: CoreV1EndpointPort[];
}

/**
 * The canonical form of subsets (`RepackSubsets`): ports that the very same addresses offer stand together, everything is in order, and
 * nothing is there twice. Two lists that mean the same become equal.
 */
export function repackSubsets(subsets: readonly EndpointSubset[]): EndpointSubset[] {
  const offersByPort = new Map<
    string,
    { port: CoreV1EndpointPort | undefined; offers: Map<string, Offer> }
  >();
  for (const { addresses, notReadyAddresses, ports } of subsets) {
    for (const port of ports?.length ? ports : [undefined]) {
      const { offers } = offersByPort.getOrInsertComputed(portKey(port), () => ({ port, offers: new Map() }));
      for (const address of addresses ?? []) addOffer(offers, address, true);
      for (const address of notReadyAddresses ?? []) addOffer(offers, address, false);
    }
  }
  const groups = new Map<string, Group>();
  for (const portText of [...offersByPort.keys()].sort()) {
    const { port, offers } = offersByPort.get(portText)!;
    const group = groups.getOrInsertComputed(offersKey(offers), () => ({ offers, ports: [] }));
    if (port) group.ports.push(port);
  }
  return [...groups.values()].map(subsetOf);
}

/** Ports are ordered by name, number and protocol. */
const portKey = (port: CoreV1EndpointPort | undefined): string =>
  port
    ? `${port.name ?? ''}\0${String(port.port).padStart(5, '0')}\0${port.protocol ?? ''}\0${port.appProtocol ?? ''}`
    : '';

const addressKey = ({ ip, targetRef }: EndpointAddress): string => `${ip ?? ''}\0${targetRef?.uid ?? ''}`;

/** What is said to be ready here and not ready there is not ready. */
function addOffer(offers: Map<string, Offer>, address: EndpointAddress, isReady: boolean): void {
  const key = addressKey(address);
  const known = offers.get(key);
  if (!known || known.isReady) offers.set(key, { address: known?.address ?? address, isReady });
}

const offersKey = (offers: ReadonlyMap<string, Offer>): string =>
  [...offers]
    .map(([key, { isReady }]) => `${key}\0${isReady}`)
    .sort()
    .join('\n');

function subsetOf({ offers, ports }: Group): EndpointSubset {
  const inOrder = [...offers].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, offer]) => offer);
  const ready = inOrder.filter(({ isReady }) => isReady).map(({ address }) => address);
  const notReady = inOrder.filter(({ isReady }) => !isReady).map(({ address }) => address);
  return {
    ...(ready.length > 0 && { addresses: ready }),
    ...(notReady.length > 0 && { notReadyAddresses: notReady }),
    ...(ports.length > 0 && { ports }),
  };
}
