/** The path of a request and its query. */
export interface RequestUrl {
  readonly path: string;
  readonly query: URLSearchParams;
}

const NO_QUERY = new URLSearchParams();

/** Splits what a client asks for; the paths of older watches become those of today. */
export function requestUrlOf(method: string, url: string): RequestUrl {
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  const query = question < 0 ? NO_QUERY : new URLSearchParams(url.slice(question + 1));
  return (method === 'GET' && watchedByPath(path, query)) || { path, query };
}

/**
 * `/api/v1/watch/…` is the watch of older clients, Ruby's kubeclient among them: deprecated since Kubernetes 1.11, and served to this day.
 * A name in it makes it the watch of one object.
 */
function watchedByPath(path: string, query: URLSearchParams): RequestUrl | undefined {
  const found = /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)\/watch\/(.+?)\/?$/.exec(path);
  if (!found) return undefined;
  const [, version, rest = ''] = found;
  const segments = rest.split('/');
  const isInNamespace = segments[0] === 'namespaces' && segments.length > 2;
  const length = isInNamespace ? 3 : 1;
  const name = decodedName(segments[length]);
  const watching = new URLSearchParams(query);
  watching.set('watch', 'true');
  if (name === undefined) return { path: `${version}/${rest}`, query: watching };
  const selectors = [query.get('fieldSelector'), `metadata.name=${name}`].filter(Boolean);
  watching.set('fieldSelector', selectors.join(','));
  return { path: `${version}/${segments.slice(0, length).join('/')}`, query: watching };
}

/** Undefined where there is none, and for one that is spoilt: whoever reads the path refuses it. */
function decodedName(name: string | undefined): string | undefined {
  try {
    return name && decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
