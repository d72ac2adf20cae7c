import { uuid } from '../../clock/random.ts';
import type { Authenticator } from '../authentication/authenticator.ts';
import type { User } from '../authentication/user.ts';
import { type Attributes, type Authorizer, refusal } from '../authorization/authorizer.ts';
import { impersonated } from '../authorization/impersonation.ts';
import type { OpenApi } from '../openapi/openApi.ts';
import { noSuchEndpoint } from '../registry/endpointRules.ts';
import type { Registry } from '../registry/registry.ts';
import type { Review } from '../reviews/review.ts';
import type { NodeAccessFor, UsageApi } from '../usage/usageApi.ts';
import { METRICS_GROUP, USAGE_KINDS } from '../usage/usageKinds.ts';
import type { DiscoveryHandler } from './discovery/discoveryHandler.ts';
import { isLedTo } from './discovery/preferredVersions.ts';
import type { HealthHandler } from './health.ts';
import { type KindTable, pathKey } from './kindTable.ts';
import { type HttpRequest, type HttpResponse, header } from './message.ts';
import type { ApiMetrics } from './metrics.ts';
import { type RequestInfo, type ResourceRequest, requestInfoOf } from './requestInfo.ts';
import { requestUrlOf } from './requestUrl.ts';
import { errorResponse, jsonResponse } from './respond.ts';
import { answerReview } from './reviewHandler.ts';
import type { ServedKind } from './servedKind.ts';
import { type Call, notAllowed } from './verbs/call.ts';
import { proxyToNode } from './verbs/nodeProxy.ts';
import { type PodAccessFor, podConnections } from './verbs/podConnections.ts';
import { answerVerb } from './verbs/verbs.ts';
import { GIT_VERSION, versionInfo } from './version.ts';
import { warningHeader } from './warningHeader.ts';

/** Something that is served beside the API: a path and all below it. */
export interface ServedPath {
  readonly path: string;
  handle(request: HttpRequest, path: string): Promise<HttpResponse>;
}

export interface HandlerParts {
  readonly registry: Registry;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly reviews: readonly Review[];
  readonly discovery: DiscoveryHandler;
  readonly kinds: KindTable;
  readonly health: HealthHandler;
  readonly metrics: ApiMetrics;
  readonly podAccessFor: PodAccessFor;
  readonly nodeAccessFor: NodeAccessFor;
  readonly endpoints: readonly ServedPath[];
}

/** A request whose sender is known and may do it. */
export interface Admitted {
  readonly user: User;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
}

/** The whole HTTP face, without sockets: from a request to an answer, which is always a proper one. */
export class ApiHandler {
  readonly #parts: HandlerParts;
  #openApi: OpenApi | undefined;
  #usage: UsageApi | undefined;
  readonly #reviews: ReadonlyMap<string, Review>;

  constructor(parts: HandlerParts) {
    this.#parts = parts;
    this.#reviews = new Map(parts.reviews.map((review) => [pathKey(review), review]));
  }

  async handle(request: HttpRequest): Promise<HttpResponse> {
    const { clock, random } = this.#parts.registry.parts;
    const { metrics } = this.#parts;
    const startedAt = clock.elapsed();
    const isWrite = !READ_METHODS.has(request.method);
    const warnings: string[] = [];
    let measured: RequestInfo | undefined;
    metrics.begin(isWrite);
    let response: HttpResponse;
    try {
      const admitted = this.admit(request);
      measured = this.#measured(admitted.info);
      response = await this.#answer(request, admitted, (text) => warnings.push(text));
    } catch (error) {
      response = errorResponse(error);
    }
    metrics.end(measured, isWrite, response.status, clock.elapsed() - startedAt);
    return complete(response, uuid(random), warnings);
  }

  /** Who asks for what. Throws 401 or 403, and 400 or 404 for what cannot be a path. */
  admit(request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'peer'>): Admitted {
    const { authenticator, authorizer } = this.#parts;
    const { path, query } = requestUrlOf(request.method, request.url);
    const authorization = header(request, 'authorization');
    const real = authenticator.authenticate({ peer: request.peer, authorization });
    const user = impersonated(real, request.headers, authorizer);
    const info = requestInfoOf(request.method, path, query);
    const attributes = attributesOf(info, query);
    const { isAllowed, reason } = authorizer.authorize(user, attributes);
    if (!isAllowed) throw refusal(user, attributes, reason);
    return { user, info, query };
  }

  /** The request as one about a kind that is kept. Throws 404. */
  callOf(request: HttpRequest, { user, info, query }: Admitted, warn: (text: string) => void): Call {
    const kind = info.resource && this.#parts.kinds.find(info.resource);
    if (!kind || !info.resource || !fitsScope(kind, info.resource)) throw noSuchEndpoint();
    return { registry: this.#parts.registry, http: request, query, info: info.resource, kind, user, warn };
  }

  async #answer(
    request: HttpRequest,
    admitted: Admitted,
    warn: (text: string) => void,
  ): Promise<HttpResponse> {
    const { info, query, user } = admitted;
    if (!info.resource) return this.#answerPath(request, info.path, query);
    const review = this.#reviews.get(pathKey(info.resource));
    if (review) return answerReview(review, request, info, user, warn);
    if (info.resource.group === METRICS_GROUP) return this.#answerUsage(request, info, query);
    const call = this.callOf(request, admitted, warn);
    const { deprecation } = call.kind;
    if (deprecation && !isExcused(request, call.kind)) warn(deprecation);
    await this.#parts.registry.parts.store.readBarrier();
    const { subresource } = info.resource;
    const { resource } = call.kind;
    const connect = resource.kind === 'Pod' && !resource.custom && podConnections.get(subresource);
    if (connect) return connect(call, this.#parts.podAccessFor);
    if (info.resource.rest !== undefined) return this.#answerProxy(call);
    return answerVerb(info.verb, call);
  }

  /** Loaded when first asked for, as OpenAPI is. */
  async #answerProxy(call: Call): Promise<HttpResponse> {
    if (call.kind.resource.kind === 'Node') return proxyToNode(call, this.#parts.nodeAccessFor);
    const { proxyToPod } = await import('./proxy/proxy.ts');
    return proxyToPod(call, this.#parts.podAccessFor);
  }

  /** Loaded when first asked for, too. */
  async #answerUsage(request: HttpRequest, info: RequestInfo, query: URLSearchParams): Promise<HttpResponse> {
    const { answerUsage, UsageApi } = await import('../usage/answerUsage.ts');
    const { registry, nodeAccessFor } = this.#parts;
    this.#usage ??= new UsageApi(registry, nodeAccessFor);
    await registry.parts.store.readBarrier();
    return answerUsage(this.#usage, request, info, query);
  }

  async #answerPath(request: HttpRequest, path: string, query: URLSearchParams): Promise<HttpResponse> {
    const { discovery, health, metrics, endpoints } = this.#parts;
    const endpoint = endpoints.find(({ path: root }) => path === root || path.startsWith(`${root}/`));
    if (endpoint) return endpoint.handle(request, path);
    if (!READ_METHODS.has(request.method)) throw notAllowed();
    const segments = path.split('/').filter((segment) => segment !== '');
    const [first] = segments;
    if (first === undefined) return jsonResponse({ paths: ROOT_PATHS });
    if (path === '/version' || path === '/version/') return jsonResponse(versionInfo());
    if (path === '/metrics') return metrics.answer();
    if (first === 'openapi') return this.#answerOpenApi(request, segments.slice(1));
    const answer = health.answer(segments, query) ?? discovery.answer(request, segments);
    if (!answer) throw noSuchEndpoint();
    return answer;
  }

  /** The documents and what makes them are loaded when first asked for: they are large, and many clients never look. */
  async #answerOpenApi(request: HttpRequest, segments: readonly string[]): Promise<HttpResponse> {
    const { answerOpenApi, OpenApi } = await import('./openApiHandler.ts');
    const { kinds } = this.#parts;
    this.#openApi ??= new OpenApi(() => kinds.catalog, GIT_VERSION);
    return answerOpenApi(this.#openApi, request, segments);
  }

  /** Only what is served may name a metric. */
  #measured(info: RequestInfo): RequestInfo | undefined {
    if (!info.resource || !VERBS.has(info.verb)) return undefined;
    const key = pathKey(info.resource);
    const isKnown = this.#parts.kinds.find(info.resource) || this.#reviews.has(key) || USAGE_PATHS.has(key);
    return isKnown && /^[a-z]{0,20}$/.test(info.resource.subresource) ? info : undefined;
  }
}

/** Who reads an older version because discovery named it is not warned of it. */
const isExcused = (request: HttpRequest, kind: ServedKind): boolean =>
  READ_METHODS.has(request.method) && isLedTo(header(request, 'user-agent') ?? '', kind);

const READ_METHODS = new Set(['GET', 'HEAD']);
const VERBS = new Set(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']);
const ROOT_PATHS = [
  '/api',
  '/api/v1',
  '/apis',
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/readyz',
  '/version',
];

const USAGE_PATHS: ReadonlySet<string> = new Set(USAGE_KINDS.map(pathKey));

/** A kind in namespaces has no names outside them, and others have no namespaces. */
function fitsScope({ resource }: ServedKind, { namespace, name }: ResourceRequest): boolean {
  if (resource.namespaced) return namespace !== '' || name === '';
  return namespace === '' || resource.kind === 'Namespace';
}

/** A list that is selected by name can be allowed by name. */
function attributesOf({ verb, path, resource }: RequestInfo, query: URLSearchParams): Attributes {
  if (!resource) return { verb, path };
  if (resource.name || (verb !== 'list' && verb !== 'watch' && verb !== 'deletecollection'))
    return { verb, resource };
  const fieldSelector = query.get('fieldSelector') ?? undefined;
  const name = /(?:^|,)metadata\.name==?([^,]+)/.exec(fieldSelector ?? '')?.[1] ?? '';
  return { verb, resource: { ...resource, name, fieldSelector } };
}

/** Header fields that every answer has. */
function complete(response: HttpResponse, auditId: string, warnings: readonly string[]): HttpResponse {
  const warning = warningHeader(warnings);
  return {
    ...response,
    headers: {
      'audit-id': auditId,
      'cache-control': 'no-cache, private',
      ...(warning !== undefined && { warning }),
      ...response.headers,
    },
  };
}
