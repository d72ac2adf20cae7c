import fc from 'fast-check';
import { brokenBody, deleteBody, objectBody, patchBody } from './bodies.ts';
import { hostileKey } from './hostile.ts';
import { type FuzzedResource, fuzzedResources } from './resources.ts';

/** One request, ready to be sent: `path` holds only what may stand in a request line. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Whether the answer may go on until the client hangs up: a watch, followed logs. */
  readonly isStream: boolean;
}

/** The requests of a seed, always the same. */
export const fuzzRequests = (seed: number, count: number): FuzzRequest[] =>
  fc.sample(fuzzRequest, { seed, numRuns: count });

/** Few names, so that requests meet objects that others have made. */
const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c') },
  { weight: 1, arbitrary: hostileKey },
  { weight: 1, arbitrary: fc.constantFrom('kube-system', 'node01', 'A_B', 'a b', 'a%2Fb', 'x'.repeat(254)) },
);
const namespace = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('default', 'fuzz') },
  { weight: 1, arbitrary: name },
);

const queries: Readonly<Record<string, readonly string[]>> = {
  labelSelector: ['app=fuzz', 'a in (b,c),!d', 'a>1', 'a in (', ',,', '__proto__', '\u0000'],
  fieldSelector: ['metadata.name=a', 'spec.nodeName!=x', 'a=b=c', 'no.such.field=1', '\\'],
  limit: ['1', '0', '-1', 'x', '99999999999999999999'],
  continue: ['x', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MX0'],
  resourceVersion: ['0', '1', '-1', 'x', '9007199254740993', '99999999999999999999'],
  resourceVersionMatch: ['Exact', 'NotOlderThan', 'Guess'],
  timeoutSeconds: ['1', '0', '-1', 'x'],
  fieldManager: ['me', '', 'x'.repeat(129), 'a\n'],
  fieldValidation: ['Strict', 'Warn', 'Ignore', 'strict'],
  force: ['true', 'false', 'maybe'],
  dryRun: ['All', 'Some', ''],
  pretty: ['true', 'x'],
  gracePeriodSeconds: ['0', '30', '-1', 'x'],
  propagationPolicy: ['Foreground', 'Background', 'Orphan', 'Other'],
  orphanDependents: ['true', 'x'],
  allowWatchBookmarks: ['true', 'x'],
  sendInitialEvents: ['true', 'false'],
  watch: ['true', '1', 'false', 'x'],
  follow: ['true'],
  container: ['main', 'x', ''],
  tailLines: ['1', '-1'],
  sinceSeconds: ['1', '0'],
  command: ['ls', ''],
};

const query = fc
  .subarray(Object.keys(queries), { maxLength: 4 })
  .chain((keys) =>
    fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), fc.constantFrom(...queries[key]!)))),
  )
  .map((pairs) => pairs.map(([key, value]) => `${key}=${escaped(value)}`).join('&'));

const oddPath = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    '/api',
    '/apis',
    '/api/v1',
    '/apis/apps',
    '/apis/apps/v2',
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/apis/apps/v1',
    '/version',
    '/healthz',
    '/livez',
    '/readyz?verbose',
    '/metrics',
    '/api/v1/namespaces/default/pods/../../../secrets',
    '/api/v1/namespaces/%2e%2e/pods',
    '/api/v1/namespaces/default%2Fpods',
    '/api/v1/namespaces/default/pods/a%00b',
    '/api/v1/namespaces/default/pods/%zz',
    '/api/v1/namespaces/default/pods/%ff',
    '/api/v1//pods',
    '/api/v1/namespaces/default/pods/a/status/more',
    '/api/v1/watch/pods',
    '/apis/__proto__/v1/constructor',
    '/api/v1/pods?%zz=%zz&&&=',
    '/api/v1/pods?labelSelector=%ff',
    `/${'a/'.repeat(3000)}`,
  ),
  fc.string({ maxLength: 60 }).map((text) => `/${escaped(text)}`),
);

const usualAccept = fc.constantFrom('application/json', '*/*');
const oddAccept = fc.constantFrom(
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/vnd.kubernetes.protobuf,application/json',
  'application/vnd.kubernetes.protobuf',
  'application/yaml',
  'text/html;q=x',
  '',
);
const accept = fc.oneof({ weight: 4, arbitrary: usualAccept }, { weight: 1, arbitrary: oddAccept });

const contentType = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-8',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/cbor',
  'text/plain',
  'application/json-patch+json',
  ';;;',
);

const path = (resource: FuzzedResource, named: boolean): fc.Arbitrary<string> => {
  const { root, plural, namespaced, subresources } = resource;
  const subresource = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('', 'status', 'nope', ...subresources) },
  );
  return fc.tuple(namespace, name, subresource).map(([space, object, sub]) => {
    const collection = namespaced ? `${root}/namespaces/${escaped(space)}/${plural}` : `${root}/${plural}`;
    if (!named) return collection;
    return `${collection}/${escaped(object)}${sub && `/${sub}`}`;
  });
};

const ODD_METHODS = ['OPTIONS', 'TRACE', 'PROPFIND', 'POST'];

/** A request for a resource, its method and body fitting more often than not. */
const resourceRequest = (resource: FuzzedResource): fc.Arbitrary<FuzzRequest> =>
  fc.oneof(
    { weight: 2, arbitrary: request(['GET', 'HEAD'], path(resource, true)) },
    { weight: 2, arbitrary: request(['GET', 'HEAD'], path(resource, false)) },
    { weight: 4, arbitrary: request(['POST'], path(resource, false), plainBody(resource)) },
    { weight: 3, arbitrary: request(['PUT'], path(resource, true), plainBody(resource)) },
    { weight: 3, arbitrary: request(['PATCH'], path(resource, true), patchBody(resource.body)) },
    { weight: 1, arbitrary: request(['DELETE'], path(resource, true), optionalBody) },
    { weight: 1, arbitrary: request(['DELETE'], path(resource, false), optionalBody) },
    { weight: 1, arbitrary: request(ODD_METHODS, path(resource, true), plainBody(resource)) },
  );

interface Payload {
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

const plainBody = ({ body }: FuzzedResource): fc.Arbitrary<Payload> =>
  fc.record({
    type: fc.oneof(
      { weight: 6, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: contentType },
    ),
    body: fc.oneof<[fc.Arbitrary<string>, fc.Arbitrary<string>, typeof brokenBody]>(
      objectBody(body),
      objectBody(body),
      brokenBody,
    ),
  });

const optionalBody: fc.Arbitrary<Payload> = fc.record({
  type: fc.constant('application/json'),
  body: deleteBody,
});

const noBody: fc.Arbitrary<Payload> = fc.constant({ type: '', body: undefined });

const request = (
  methods: readonly string[],
  paths: fc.Arbitrary<string>,
  payload: fc.Arbitrary<Payload> = noBody,
): fc.Arbitrary<FuzzRequest> =>
  fc
    .record({ method: fc.constantFrom(...methods), path: paths, query, accept, payload })
    .map(({ method, path: bare, query: parameters, accept: accepted, payload: { type, body } }) => ({
      method,
      path: parameters && !bare.includes('?') ? `${bare}?${parameters}` : bare,
      headers: { ...(accepted && { accept: accepted }), ...(type && { 'content-type': type }) },
      ...(body !== undefined && { body }),
      isStream:
        method === 'GET' && /[?&](watch=(?!false)|follow=true)|\/watch\//.test(`${bare}?${parameters}`),
    }));

export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc.oneof(
  { weight: 9, arbitrary: fc.oneof(...fuzzedResources.map(resourceRequest)) },
  { weight: 1, arbitrary: request(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], oddPath, optionalBody) },
);

/** Percent-encoded; a `%` that is already there stays, so that double encoding is tried too. */
const escaped = (text: string): string =>
  text.toWellFormed().replace(/[^A-Za-z0-9._~%-]/gu, (letter) => encodeURIComponent(letter));
