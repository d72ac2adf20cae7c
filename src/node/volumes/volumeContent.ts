import { isStatusError, StatusError } from '../../apimachinery/errors.ts';
import type { Client } from '../../client/client.ts';
import type {
  AuthenticationV1TokenRequest,
  DownwardAPIVolumeFile,
  KeyToPath,
  Pod,
  Volume,
  VolumeProjection,
} from '../../generated/types.ts';
import { ConfigMaps, Secrets, ServiceAccounts } from '../../resources/kinds.ts';
import { type DownwardNode, fieldValue, resourceValue } from '../environment/downwardApi.ts';

/** The files of a volume, by their path in it. */
export type VolumeFiles = ReadonlyMap<string, Buffer>;

export interface ContentSources {
  readonly client: Client;
  readonly node: DownwardNode;
  /** Asking for tokens is left out where nobody can read them. */
  readonly withTokens: boolean;
}

interface Wanted {
  readonly name: string;
  readonly items: readonly KeyToPath[] | undefined;
  readonly optional: boolean | undefined;
}

const TOKEN_SECONDS = 3607;

/** What is in a config map, secret, downward API or projected volume; undefined for other sorts. Throws `StatusError`. */
export async function contentOf(
  pod: Pod,
  volume: Volume,
  sources: ContentSources,
): Promise<VolumeFiles | undefined> {
  if (volume.configMap) {
    const { name = '', items, optional } = volume.configMap;
    return configMapFiles(pod, { name, items, optional }, sources.client);
  }
  if (volume.secret) {
    const { secretName = '', items, optional } = volume.secret;
    return secretFiles(pod, { name: secretName, items, optional }, sources.client);
  }
  if (volume.downwardAPI) return downwardFiles(pod, volume.downwardAPI.items ?? [], sources.node);
  if (!volume.projected) return undefined;
  const files = new Map<string, Buffer>();
  for (const source of volume.projected.sources ?? []) {
    for (const [path, content] of await projectedFiles(pod, source, sources)) files.set(path, content);
  }
  return files;
}

async function projectedFiles(
  pod: Pod,
  source: VolumeProjection,
  sources: ContentSources,
): Promise<VolumeFiles> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap) {
    const { name = '', items, optional } = configMap;
    return configMapFiles(pod, { name, items, optional }, sources.client);
  }
  if (secret) {
    const { name = '', items, optional } = secret;
    return secretFiles(pod, { name, items, optional }, sources.client);
  }
  if (downwardAPI) return downwardFiles(pod, downwardAPI.items ?? [], sources.node);
  if (!serviceAccountToken || !sources.withTokens) return new Map();
  const { audience, expirationSeconds = TOKEN_SECONDS, path } = serviceAccountToken;
  const token = await requestToken(pod, audience, expirationSeconds, sources.client);
  return new Map([[path, Buffer.from(token)]]);
}

async function configMapFiles(pod: Pod, wanted: Wanted, client: Client): Promise<VolumeFiles> {
  const found = await unlessOptional('configmap', wanted, () =>
    client.get(ConfigMaps, { name: wanted.name, namespace: pod.metadata.namespace }),
  );
  const files = new Map<string, Buffer>();
  for (const [key, text] of Object.entries(found?.data ?? {})) files.set(key, Buffer.from(text));
  for (const [key, text] of Object.entries(found?.binaryData ?? {}))
    files.set(key, Buffer.from(text, 'base64'));
  return selected(files, wanted, 'configmap');
}

async function secretFiles(pod: Pod, wanted: Wanted, client: Client): Promise<VolumeFiles> {
  const found = await unlessOptional('secret', wanted, () =>
    client.get(Secrets, { name: wanted.name, namespace: pod.metadata.namespace }),
  );
  const files = Object.entries(found?.data ?? {}).map(
    ([key, text]) => [key, Buffer.from(text, 'base64')] as const,
  );
  return selected(new Map(files), wanted, 'secret');
}

async function unlessOptional<T>(
  kind: string,
  { name, optional }: Wanted,
  get: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
    if (optional) return undefined;
    // Upstream's node agent names the kind in the singular.
    throw new Error(`${kind} "${name}" not found`);
  }
}

function selected(files: VolumeFiles, { items, optional, name }: Wanted, kind: string): VolumeFiles {
  if (!items) return files;
  const chosen = new Map<string, Buffer>();
  for (const { key, path } of items) {
    const content = files.get(key);
    if (content) chosen.set(path, content);
    else if (!optional)
      throw new StatusError('BadRequest', `${kind} references non-existent key: ${key} in ${name}`);
  }
  return chosen;
}

function downwardFiles(pod: Pod, items: readonly DownwardAPIVolumeFile[], node: DownwardNode): VolumeFiles {
  return new Map(
    items.map(({ path, fieldRef, resourceFieldRef }) => {
      const value = fieldRef
        ? fieldValue(pod, fieldRef, node)
        : resourceFieldRef
          ? resourceValue(pod, resourceFieldRef, '', node)
          : '';
      return [path, Buffer.from(value)] as const;
    }),
  );
}

async function requestToken(
  pod: Pod,
  audience: string | undefined,
  expirationSeconds: number,
  client: Client,
): Promise<string> {
  const { name, namespace, uid } = pod.metadata;
  const body: AuthenticationV1TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: {},
    spec: {
      audiences: audience ? [audience] : [],
      expirationSeconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: name ?? '', uid: uid ?? '' },
    },
  };
  const ref = { name: pod.spec.serviceAccountName || 'default', namespace };
  const answer = await client.createSubresource<AuthenticationV1TokenRequest>(
    ServiceAccounts,
    ref,
    'token',
    body,
  );
  return answer.status?.token ?? '';
}
