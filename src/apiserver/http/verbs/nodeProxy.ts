import { isStatusError, StatusError } from '../../../apimachinery/errors.ts';
import { NODE_PATHS } from '../../streams/nodeAccess.ts';
import type { NodeAccessFor } from '../../usage/usageApi.ts';
import type { HttpResponse } from '../message.ts';
import { unreachable } from '../proxy/unreachable.ts';
import { type Call, notAllowed, targetOf } from './call.ts';

/** `/api/v1/nodes/<name>/proxy/…`: what the node's kubelet tells of itself, to a GET alone. Its way to run commands is not for this. */
export async function proxyToNode(call: Call, accessFor: NodeAccessFor): Promise<HttpResponse> {
  const { registry, info, query, http } = call;
  if (http.method !== 'GET') throw notAllowed();
  registry.get(targetOf(call));
  const access = accessFor(info.name);
  if (!access) throw unreachable(`node ${info.name} does not tell where its kubelet listens`);
  const path = info.rest ?? '';
  if (!NODE_PATHS.has(path)) throw new StatusError('NotFound', '404 page not found');
  try {
    const { status, contentType, body } = await access.get(path, query);
    return { status, headers: { 'content-type': contentType }, body };
  } catch (error) {
    throw isStatusError(error) ? error : unreachable((error as Error).message);
  }
}
