import { badRequest, notFound } from '../../../apimachinery/errors.ts';
import type { Pod } from '../../../generated/types.ts';
import type { PodAccess, PodReference } from '../../streams/podAccess.ts';
import type { HttpResponse } from '../message.ts';
import { type Call, targetOf } from './call.ts';
import { readLog } from './podLog.ts';

/** The way to the pods of a node; undefined when nobody knows one. */
export type PodAccessFor = (nodeName: string) => PodAccess | undefined;

type Connect = (call: Call, podAccessFor: PodAccessFor) => HttpResponse | Promise<HttpResponse>;

/** Requests that only an upgraded connection can serve. */
const upgradeRequired: Connect = () => {
  throw badRequest('Upgrade request required');
};

/** The subresources of a pod that its node answers. */
export const podConnections: ReadonlyMap<string, Connect> = new Map<string, Connect>([
  ['log', readLog],
  ['exec', upgradeRequired],
  ['attach', upgradeRequired],
  ['portforward', upgradeRequired],
]);

export const podOf = (call: Call): Pod => call.registry.get(targetOf(call)).object as Pod;

export const referenceTo = ({ metadata }: Pod): PodReference => ({
  namespace: metadata.namespace!,
  name: metadata.name!,
  uid: metadata.uid!,
});

/** Throws 400 when the pod has no node yet, and 404 when its node cannot be reached. */
export function accessTo(pod: Pod, podAccessFor: PodAccessFor): PodAccess {
  const { nodeName } = pod.spec;
  if (!nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  const access = podAccessFor(nodeName);
  if (!access) throw notFound({ group: '', plural: 'nodes' }, nodeName);
  return access;
}

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** The container that a request names, or the only one. Throws 400 when that is not clear. */
export function containerOf(pod: Pod, named: string | null): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const names = containers.map(({ name }) => name);
  const others = [...initContainers, ...ephemeralContainers].map(({ name }) => name);
  if (named) {
    if ([...names, ...others].includes(named)) return named;
    throw badRequest(`container ${named} is not valid for pod ${pod.metadata.name}`);
  }
  const preferred = pod.metadata.annotations?.[DEFAULT_CONTAINER];
  if (preferred && names.includes(preferred)) return preferred;
  if (names.length === 1) return names[0]!;
  const init = initContainers.map(({ name }) => name);
  const orInit = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : '';
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]${orInit}`,
  );
}
