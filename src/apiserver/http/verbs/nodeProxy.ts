import { isStatusError, StatusError } from '../../../apimachinery/errors.ts';
import type { Node } from '../../../generated/types.ts';
import { NODE_PATHS } from '../../streams/nodeAccess.ts';
import type { NodeAccessFor } from '../../usage/usageApi.ts';
import type { HttpResponse } from '../message.ts';
import { partsOf } from '../proxy/proxyTarget.ts';
import { unreachable } from '../proxy/unreachable.ts';
import { type Call, notAllowed, targetOf } from './call.ts';

/** Where kubelets listen, unless told to listen elsewhere. */
const KUBELET_PORT = 10250;

/** `/api/v1/nodes/<name>/proxy/…`: what the node's kubelet tells of itself, to a GET alone. Its way to run commands is not for this. */
export async function proxyToNode(call: Call, accessFor: NodeAccessFor): Promise<HttpResponse> {
  const { registry, info, query, http } = call;
  if (http.method !== 'GET') throw notAllowed();
  const { name, port } = partsOf(info.name, 'node');
  const node = registry.get({ ...targetOf(call), name }).object as Node;
  const access = accessFor(name);
  if (!access) throw unreachable(`node ${name} does not tell where its kubelet listens`);
  if (!isOfKubelet(node, port))
    throw unreachable(`only the kubelet of node ${name} is asked, not its port ${port}`);
  const path = info.rest ?? '';
  if (!NODE_PATHS.has(path)) throw new StatusError('NotFound', '404 page not found');
  try {
    const { status, contentType, body } = await access.get(path, query);
    return { status, headers: { 'content-type': contentType }, body };
  } catch (error) {
    throw isStatusError(error) ? error : unreachable((error as Error).message);
  }
}

const isOfKubelet = ({ status }: Node, port: string): boolean =>
  ['', String(KUBELET_PORT), String(status?.daemonEndpoints?.kubeletEndpoint?.Port)].includes(port);
