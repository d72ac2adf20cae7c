import { badRequest, isStatusError, StatusError } from '../../../apimachinery/errors.ts';
import type {
  EndpointAddress,
  Endpoints as EndpointsObject,
  Pod,
  Service,
} from '../../../generated/types.ts';
import { Endpoints, Pods, Services } from '../../../resources/kinds.ts';
import type { Call } from '../verbs/call.ts';

/** Which pod a proxied request is for, and how it is spoken to. */
export interface ProxyTarget {
  readonly isSecure: boolean;
  readonly pod: Pod;
  /** As the request has it, or where it leads: a number if all is well. Empty for the port that the scheme has. */
  readonly port: string;
}

/** Throws what stands in the way, in upstream's words. */
export const proxyTargetOf = (call: Call): ProxyTarget =>
  call.info.plural === 'services' ? behindService(call) : podItself(call);

function podItself(call: Call): ProxyTarget {
  const { isSecure, name, port } = partsOf(call.info.name, 'pod');
  const pod = podNamed(call, name);
  if (!pod.status?.podIP) throw badRequest('address not allowed');
  return { isSecure, pod, port: port || firstPortOf(pod) };
}

const firstPortOf = ({ spec }: Pod): string =>
  String(spec.containers.find(({ ports = [] }) => ports.length > 0)?.ports?.[0]?.containerPort ?? '');

function behindService(call: Call): ProxyTarget {
  const id = call.info.name;
  const { isSecure, name, port } = partsOf(id, 'service');
  const portName = /^\d+$/.test(port) ? nameOfPort(call, name, Number(port)) : port;
  const endpoints = objectOf<EndpointsObject>(call, Endpoints, name);
  if (!endpoints.subsets?.length) throw noEndpoints(name);
  for (const { addresses = [], ports = [] } of fromAnywhere(call, endpoints.subsets)) {
    const open = ports.find(({ name: each = '' }) => each === portName);
    const pod = open && podOfAny(call, addresses);
    if (pod) return { isSecure, pod, port: String(open.port) };
  }
  throw noEndpoints(id);
}

function nameOfPort(call: Call, service: string, port: number): string {
  const { spec } = objectOf<Service>(call, Services, service);
  const found = spec?.ports?.find((each) => each.port === port);
  if (found) return found.name ?? '';
  throw new StatusError(
    'ServiceUnavailable',
    `no service port ${port} found for service ${JSON.stringify(service)}`,
  );
}

const noEndpoints = (service: string): StatusError =>
  new StatusError('ServiceUnavailable', `no endpoints available for service ${JSON.stringify(service)}`);

/** The first address behind which there is a pod of the namespace that has it: others could be any machine of the network. */
function podOfAny(call: Call, addresses: readonly EndpointAddress[]): Pod | undefined {
  for (const { ip, targetRef } of fromAnywhere(call, addresses)) {
    if (!targetRef?.name || targetRef.namespace !== call.info.namespace) continue;
    const pod = podIfThere(call, targetRef.name);
    if (pod?.status?.podIPs?.some((each) => each.ip === ip)) return pod;
  }
  return undefined;
}

/** All of them, beginning with any. */
function fromAnywhere<Each>(call: Call, all: readonly Each[]): Each[] {
  const start = Math.floor(call.registry.parts.random.next() * all.length);
  return [...all.slice(start), ...all.slice(0, start)];
}

function podIfThere(call: Call, name: string): Pod | undefined {
  try {
    return podNamed(call, name);
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}

const podNamed = (call: Call, name: string): Pod => objectOf<Pod>(call, Pods, name);

function objectOf<Kind>(
  { registry, info }: Call,
  type: typeof Pods | typeof Services | typeof Endpoints,
  name: string,
): Kind {
  return registry.get({ resource: registry.resourceOf(type), namespace: info.namespace, name })
    .object as Kind;
}

/** `name`, `name:port` or `scheme:name:port`. */
export function partsOf(id: string, kind: 'node' | 'pod' | 'service') {
  const parts = id.split(':');
  const [scheme, name, port] = parts.length === 3 ? parts : ['', ...parts];
  if (parts.length > 3 || !name || !['', 'http', 'https'].includes(scheme!))
    throw badRequest(`invalid ${kind} request ${JSON.stringify(id)}`);
  return { isSecure: scheme === 'https', name, port: port ?? '' };
}
