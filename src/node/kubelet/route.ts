import { NODE_PATHS } from '../../apiserver/streams/nodeAccess.ts';

/** What a request to a kubelet is about. */
export type Route =
  /** What the node tells of itself, by the path. */
  | { readonly kind: 'node'; readonly path: string; readonly resources: readonly string[] }
  | { readonly kind: 'containerLogs' | 'exec' | 'attach'; readonly pod: PodPath; readonly container: string }
  | { readonly kind: 'portForward'; readonly pod: PodPath };

/** A path names a pod with its uid or without. */
export interface PodPath {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
}

/** Undefined for a path that a kubelet does not serve. */
export function routeOf(pathname: string): Route | undefined {
  const resources = NODE_PATHS.get(pathname);
  if (resources) return { kind: 'node', path: pathname, resources };
  const [kind, ...rest] = decodedSegments(pathname);
  if (rest.includes('')) return undefined;
  switch (kind) {
    case 'containerLogs':
      return rest.length === 3 ? { kind, ...inContainer(rest) } : undefined;
    case 'exec':
    case 'attach':
      return rest.length === 3 || rest.length === 4 ? { kind, ...inContainer(rest) } : undefined;
    case 'portForward':
      return rest.length === 2 || rest.length === 3 ? { kind, pod: podPath(rest) } : undefined;
    default:
      return undefined;
  }
}

const inContainer = (segments: readonly string[]) => ({
  pod: podPath(segments.slice(0, -1)),
  container: segments.at(-1)!,
});

const podPath = ([namespace, name, uid]: readonly string[]): PodPath => ({
  namespace: namespace!,
  name: name!,
  uid,
});

function decodedSegments(pathname: string): string[] {
  try {
    return pathname.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return [];
  }
}
