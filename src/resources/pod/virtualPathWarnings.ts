import { goQuoted } from '../../apimachinery/goText.ts';
import type { PodSpec, Volume, VolumeProjection } from '../../generated/types.ts';

/** A path of a file in a volume, and what puts it there where several things do. */
interface Placed {
  readonly path: string;
  readonly source?: string;
}

/** Files of one volume that lie over each other, or one where another has its directory: the last one wins. */
export function* virtualPathWarnings({ volumes }: PodSpec): Generator<string> {
  for (const volume of volumes ?? []) {
    const { configMap, secret, downwardAPI, projected } = volume;
    const within = (source: string) => `volume ${goQuoted(volume.name)} (${source})`;
    if (configMap) yield* overlaps(within(named('ConfigMap', configMap.name)), pathsOf(configMap.items));
    if (secret) yield* overlaps(within(named('Secret', secret.secretName)), pathsOf(secret.items));
    if (downwardAPI) yield* overlaps(within('DownwardAPI'), pathsOf(downwardAPI.items));
    if (projected) yield* projectedWarnings(within('Projected'), projected);
  }
}

function* projectedWarnings(
  where: string,
  { sources = [] }: NonNullable<Volume['projected']>,
): Generator<string> {
  for (const source of sources)
    if (Object.keys(source).length === 0) yield `${where} has no sources provided`;
  yield* overlaps(where, sources.flatMap(projectedPaths));
}

function projectedPaths(projection: VolumeProjection): Placed[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } = projection;
  if (configMap?.items) return pathsOf(configMap.items, named('ConfigMap', configMap.name));
  if (secret?.items) return pathsOf(secret.items, named('Secret', secret.name));
  if (downwardAPI?.items) return pathsOf(downwardAPI.items, 'DownwardAPI');
  if (serviceAccountToken) return pathsOf([serviceAccountToken], 'ServiceAccountToken');
  if (!clusterTrustBundle) return [];
  const { name, signerName } = clusterTrustBundle;
  return pathsOf([clusterTrustBundle], named('ClusterTrustBundle', name ?? signerName));
}

const named = (kind: string, name = ''): string => `${kind} ${goQuoted(name)}`;

const pathsOf = (items: readonly { readonly path?: string }[] = [], source?: string): Placed[] =>
  items.map(({ path = '' }) => ({ path: path.replace(/\/+$/, ''), ...(source !== undefined && { source }) }));

/** By the directories above each, for there may be a great many files. */
function* overlaps(where: string, files: readonly Placed[]): Generator<string> {
  const earlier = new Map<string, Seen>();
  const seen = (path: string): Seen => earlier.getOrInsertComputed(path, () => ({ files: [], below: [] }));
  for (const [index, file] of files.entries()) {
    if (!file.path || file.path.length > LONGEST_PATH) continue;
    const directories = directoriesAbove(file.path);
    const { files: same = [], below = [] } = earlier.get(file.path) ?? {};
    const above = directories.flatMap((path) => earlier.get(path)?.files ?? []);
    for (const at of [...same, ...below, ...above].sort((a, b) => a - b))
      yield `${where}: overlapping paths: ${inWords(file)} with ${inWords(files[at]!)}`;
    seen(file.path).files.push(index);
    for (const path of directories) seen(path).below.push(index);
  }
}

/** Places in the list: of files at a path, and of files in or below it as a directory. */
interface Seen {
  readonly files: number[];
  readonly below: number[];
}

/** No file system takes longer ones. */
const LONGEST_PATH = 4096;

function directoriesAbove(path: string): string[] {
  const directories: string[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
    directories.push(path.slice(0, at));
  return directories;
}

const inWords = ({ path, source }: Placed): string =>
  source === undefined ? goQuoted(path) : `${goQuoted(path)} (${source})`;
