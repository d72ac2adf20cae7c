import { X509Certificate } from 'node:crypto';
import { apiVersionOf, type KubernetesObject } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Clock } from '../../clock/clock.ts';
import type { DeleteOptions, ListMeta, Status } from '../../generated/types.ts';
import type {
  Client,
  Identity,
  ListRequest,
  ObjectList,
  ObjectRef,
  Patch,
  WatchHandle,
  WatchHandler,
  WatchRequest,
  WriteRequest,
} from '../client.ts';
import { answerError } from './answerError.ts';
import { Connection, type HttpRequest } from './connection.ts';
import { HttpsWatch } from './httpsWatch.ts';
import { serverAccessFromKubeconfig } from './kubeconfig.ts';
import { collectionPath, objectPath, selection, withQuery, writeQuery } from './resourcePath.ts';
import type { ClientCredentials, ServerAccess } from './serverAccess.ts';

export interface HttpsClientOptions {
  readonly clock: Clock;
  /** The name in `managedFields`; the server takes that of the User-Agent unless given. */
  readonly manager?: string;
}

interface Session {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly manager: string | undefined;
  /** Whom the credentials stand for, where they say so. */
  readonly user: string | undefined;
  readonly headers: NonNullable<HttpRequest['headers']>;
}

/** The API of a server over HTTPS, be it sampan's or somebody else's. */
export class HttpsClient implements Client {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /** Connects at the first request. Throws when the server's address is not one of HTTPS. */
  static to(access: ServerAccess, { clock, manager }: HttpsClientOptions): HttpsClient {
    const connection = new Connection(access, clock);
    return new HttpsClient({ connection, clock, manager, user: userOf(access.credentials), headers: {} });
  }

  /** Shows other credentials from the next request on; so a certificate is renewed. */
  useCredentials(credentials: ClientCredentials): void {
    this.#session.connection.useCredentials(credentials);
  }

  /** Drops every connection, also those of clients made with `as`. */
  close(): void {
    this.#session.connection.close();
  }

  get<T extends KubernetesObject>(type: ResourceType<T>, ref: ObjectRef): Promise<T> {
    return this.#send({ method: 'GET', path: objectPath(type, ref) });
  }

  async list<T extends KubernetesObject>(
    type: ResourceType<T>,
    { namespace, limit, continue: from, ...filter }: ListRequest = {},
  ): Promise<ObjectList<T>> {
    const query = { ...selection(filter), limit, continue: from };
    const path = withQuery(collectionPath(type, namespace), query);
    const list = await this.#send<{ metadata: ListMeta; items: T[] | null }>({ method: 'GET', path });
    const { resourceVersion = '', continue: next } = list.metadata;
    return { items: named(type, list.items ?? []), resourceVersion, ...(next && { continue: next }) };
  }

  watch<T extends KubernetesObject>(
    type: ResourceType<T>,
    { namespace, resourceVersion, ...filter }: WatchRequest,
    handler: WatchHandler<T>,
  ): WatchHandle {
    const query = { watch: true, allowWatchBookmarks: true, resourceVersion, ...selection(filter) };
    const path = withQuery(collectionPath(type, namespace), query);
    const { connection, clock, headers } = this.#session;
    return new HttpsWatch(connection, { method: 'GET', path, headers }, clock, handler);
  }

  create<T extends KubernetesObject>(
    type: ResourceType<T>,
    object: T,
    options: WriteRequest = {},
  ): Promise<T> {
    const path = collectionPath(type, object.metadata.namespace);
    return this.#write('POST', withQuery(path, this.#writeQuery(options)), typed(type, object));
  }

  update<T extends KubernetesObject>(
    type: ResourceType<T>,
    object: T,
    options: WriteRequest = {},
  ): Promise<T> {
    const { name = '', namespace } = object.metadata;
    const path = objectPath(type, { name, namespace }, options.subresource);
    return this.#write('PUT', withQuery(path, this.#writeQuery(options)), typed(type, object));
  }

  patch<T extends KubernetesObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    { type: patchType, body }: Patch,
    options: WriteRequest = {},
  ): Promise<T> {
    const force = patchType === 'apply' && options.force ? true : undefined;
    const query = { ...this.#writeQuery(options), force };
    const path = withQuery(objectPath(type, ref, options.subresource), query);
    return this.#write('PATCH', path, body, PATCH_TYPES[patchType]);
  }

  async delete<T extends KubernetesObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    options: DeleteOptions = {},
  ): Promise<T | undefined> {
    const body = { ...options, apiVersion: 'v1', kind: 'DeleteOptions' };
    const answer = await this.#write<T | Status>('DELETE', objectPath(type, ref), body);
    return isStillThere(answer as KubernetesObject, options) ? (answer as T) : undefined;
  }

  createSubresource<Answer extends KubernetesObject>(
    type: ResourceType,
    ref: ObjectRef,
    subresource: string,
    body: KubernetesObject,
  ): Promise<Answer> {
    return this.#write('POST', objectPath(type, ref, subresource), body);
  }

  /** Whom the credentials do not stand for themselves is impersonated, which the server must allow. */
  as({ user, groups = [], manager = user }: Identity): Client {
    const session = { ...this.#session, manager };
    if (user === this.#session.user) return new HttpsClient(session);
    const headers = { 'Impersonate-User': user, ...(groups.length > 0 && { 'Impersonate-Group': groups }) };
    return new HttpsClient({ ...session, user, headers });
  }

  #writeQuery(options: WriteRequest) {
    return writeQuery(options, options.fieldManager ?? this.#session.manager);
  }

  #write<Answer>(
    method: HttpRequest['method'],
    path: string,
    body: object,
    contentType = 'application/json',
  ): Promise<Answer> {
    const headers = { 'Content-Type': contentType };
    return this.#send({ method, path, headers, body: JSON.stringify(body) });
  }

  /** A request to what a server has beside the API, by its path. */
  raw<Answer>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.#send({ method, path, ...(body && { headers, body: JSON.stringify(body) }) });
  }

  async #send<Answer>(request: HttpRequest): Promise<Answer> {
    const { connection, headers } = this.#session;
    const answer = await connection.send({ ...request, headers: { ...headers, ...request.headers } });
    if (answer.status < 200 || answer.status > 299) throw answerError(answer);
    return JSON.parse(answer.text) as Answer;
  }
}

/** A client of the current context of a kubeconfig (YAML or JSON). Throws with what the kubeconfig lacks. */
export const httpsClientFromKubeconfig = (text: string, options: HttpsClientOptions): HttpsClient =>
  HttpsClient.to(serverAccessFromKubeconfig(text), options);

const PATCH_TYPES: Readonly<Record<Patch['type'], string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

const userOf = (credentials: ClientCredentials | undefined): string | undefined =>
  credentials && 'certificate' in credentials
    ? /^CN=(.*)$/m.exec(new X509Certificate(credentials.certificate).subject)?.[1]
    : undefined;

/** A server wants to hear what an object is; in a process everybody knows. */
const typed = (type: ResourceType, object: KubernetesObject): KubernetesObject =>
  object.kind ? object : { apiVersion: apiVersionOf(type.group, type.version), kind: type.kind, ...object };

/** Upstream leaves out of a list what its items are. */
function named<T extends KubernetesObject>(type: ResourceType<T>, items: T[]): T[] {
  const apiVersion = apiVersionOf(type.group, type.version);
  for (const item of items) {
    item.apiVersion ??= apiVersion;
    item.kind ??= type.kind;
  }
  return items;
}

/**
 * Whether what a deletion answered waits for a grace period or finalizers. Some kinds answer with a `Status` when they are gone, some with
 * what they were (upstream's ReturnDeletedObject), which may still tell the grace period of an earlier deletion.
 */
function isStillThere(
  { kind, metadata, spec }: KubernetesObject & { spec?: { finalizers?: readonly string[] } },
  { gracePeriodSeconds }: DeleteOptions,
): boolean {
  if (kind === 'Status' || !metadata.deletionTimestamp) return false;
  if ([...(metadata.finalizers ?? []), ...(spec?.finalizers ?? [])].length > 0) return true;
  return gracePeriodSeconds !== 0 && (metadata.deletionGracePeriodSeconds ?? 0) > 0;
}
