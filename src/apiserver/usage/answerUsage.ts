import { badRequest, notAcceptable } from '../../apimachinery/errors.ts';
import type { NodeMetrics, PodMetrics } from '../../generated/types.ts';
import { type HttpRequest, type HttpResponse, header } from '../http/message.ts';
import { negotiate, type Representation } from '../http/negotiation.ts';
import { listQueryOf } from '../http/queryOptions.ts';
import type { RequestInfo, ResourceRequest } from '../http/requestInfo.ts';
import { respond } from '../http/respond.ts';
import { includeObjectOf, partialMetadata } from '../http/table.ts';
import { notAllowed } from '../http/verbs/call.ts';
import { noSuchEndpoint } from '../registry/endpointRules.ts';
import type { UsageApi } from './usageApi.ts';
import { METRICS_API_VERSION, USAGE_KINDS } from './usageKinds.ts';
import { usageTable } from './usageTable.ts';

export { UsageApi } from './usageApi.ts';

/** Answers a request for `metrics.k8s.io`. Throws 404 and 405 for what there is not. */
export async function answerUsage(
  api: UsageApi,
  request: HttpRequest,
  { verb, resource }: RequestInfo,
  query: URLSearchParams,
): Promise<HttpResponse> {
  const kind = resource && USAGE_KINDS.find(({ plural }) => plural === resource.plural);
  if (!kind || !fits(resource, kind.namespaced)) throw noSuchEndpoint();
  if (verb !== 'get' && verb !== 'list') throw notAllowed();
  const representation = negotiate(header(request, 'accept'));
  const { name, namespace, plural } = resource;
  const isNodes = plural === 'nodes';
  if (name) {
    const item = await (isNodes ? api.getNode(name) : api.getPod(namespace, name));
    return answer(item, [item], representation, query);
  }
  const selectors = listQueryOf(query);
  const items = await (isNodes ? api.listNodes(selectors) : api.listPods(namespace, selectors));
  const list = { kind: `${kind.kind}List`, apiVersion: METRICS_API_VERSION, metadata: {}, items };
  return answer(list, items, representation, query);
}

/** Pods have names in namespaces only, and nodes are in none. */
function fits({ version, namespace, name, subresource }: ResourceRequest, namespaced: boolean): boolean {
  if (version !== 'v1beta1' || subresource) return false;
  return namespaced ? namespace !== '' || name === '' : namespace === '';
}

function answer(
  whole: object,
  items: readonly (NodeMetrics | PodMetrics)[],
  representation: Representation,
  query: URLSearchParams,
): HttpResponse {
  switch (representation.as) {
    case 'object':
      return respond(whole, representation);
    case 'Table': {
      const includeObject = includeObjectOf(query.get('includeObject'));
      if (!includeObject)
        throw badRequest(`unrecognized includeObject value: ${JSON.stringify(query.get('includeObject'))}`);
      return respond(usageTable(items, {}, includeObject), representation);
    }
    case 'PartialObjectMetadata':
      return respond(partialMetadata(items[0]!), representation);
    case 'PartialObjectMetadataList':
      throw notAcceptable('lists of metadata of what is used cannot be had');
  }
}
