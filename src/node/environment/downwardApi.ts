import { badRequest } from '../../apimachinery/errors.ts';
import { milliValue, parseQuantity, wholeValue } from '../../apimachinery/quantity.ts';
import type { Container, ObjectFieldSelector, Pod, ResourceFieldSelector } from '../../generated/types.ts';
import { containersOf } from '../pod/containers.ts';

/** What of the node the downward API can tell. */
export interface DownwardNode {
  readonly hostIPs: readonly string[];
  readonly podIP: string | undefined;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** The value of a `fieldRef`. Throws for a path that there is not. */
export function fieldValue(pod: Pod, { fieldPath }: ObjectFieldSelector, node: DownwardNode): string {
  const subscript = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(fieldPath);
  if (subscript) return mapOf(pod, subscript[1]!)[subscript[2]!] ?? '';
  const value = FIELDS[fieldPath];
  if (!value) throw badRequest(`unsupported fieldPath: ${fieldPath}`);
  return value(pod, node);
}

const FIELDS: Record<string, (pod: Pod, node: DownwardNode) => string> = {
  'metadata.name': ({ metadata }) => metadata.name ?? '',
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
  'metadata.uid': ({ metadata }) => metadata.uid ?? '',
  'metadata.labels': (pod) => quotedLines(mapOf(pod, 'metadata.labels')),
  'metadata.annotations': (pod) => quotedLines(mapOf(pod, 'metadata.annotations')),
  'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
  'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
  'status.hostIP': (_, { hostIPs }) => hostIPs[0] ?? '',
  'status.hostIPs': (_, { hostIPs }) => hostIPs.join(','),
  'status.podIP': (_, { podIP }) => podIP ?? '',
  'status.podIPs': (_, { podIP }) => podIP ?? '',
};

const mapOf = ({ metadata }: Pod, path: string): Readonly<Record<string, string>> =>
  (path === 'metadata.labels' ? metadata.labels : metadata.annotations) ?? {};

const quotedLines = (map: Readonly<Record<string, string>>): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');

/** The value of a `resourceFieldRef`: whole units of the divisor, rounded up; without a limit, what the node has. */
export function resourceValue(
  pod: Pod,
  selector: ResourceFieldSelector,
  ownContainer: string,
  { allocatable }: DownwardNode,
): string {
  const name = selector.containerName || ownContainer;
  const container = containersOf(pod).find((placed) => placed.name === name)?.spec as Container | undefined;
  if (!container) throw badRequest(`container ${name} not found`);
  const [kind, resource = ''] = selector.resource.split(/\.(.*)/);
  const { limits = {}, requests = {} } = container.resources ?? {};
  const amount =
    kind === 'limits'
      ? (limits[resource] ?? allocatable[resource])
      : (requests[resource] ?? limits[resource]);
  const divisor = selector.divisor && selector.divisor !== '0' ? selector.divisor : '1';
  const measure = resource === 'cpu' ? milliValue : wholeValue;
  return String(
    Math.ceil(measure(parseQuantity(amount ?? '0')) / Math.max(1, measure(parseQuantity(divisor)))),
  );
}
