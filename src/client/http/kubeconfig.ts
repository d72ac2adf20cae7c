import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import type { ClientCredentials, ServerAccess } from './serverAccess.ts';

interface Named {
  readonly name?: string;
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly user?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
}
type Kubeconfig = Readonly<Record<string, unknown>>;
type Entry = Readonly<Record<string, unknown>>;

/**
 * What the current context of a kubeconfig (YAML or JSON) says. Files that it names are looked for from `folder`. Throws with what is missing,
 * and for credentials that must be fetched by running something.
 */
export function serverAccessFromKubeconfig(text: string, folder = '.'): ServerAccess {
  const config = parseKubeconfig(text);
  const context = find(config, 'context', textOf(config['current-context']));
  const cluster = find(config, 'cluster', textOf(context.cluster));
  const user = context.user === undefined ? {} : find(config, 'user', textOf(context.user));
  return {
    server: textOf(cluster.server) ?? missing('a server'),
    caCertificate: content(cluster, 'certificate-authority', folder),
    serverName: textOf(cluster['tls-server-name']),
    isUnverified: cluster['insecure-skip-tls-verify'] === true,
    credentials: credentialsOf(user, folder),
  };
}

/** The authority (PEM) that vouches for the first cluster of a kubeconfig, which needs no context, if it stands in it. */
export function embeddedAuthority(text: string): string | undefined {
  const { clusters } = parseKubeconfig(text);
  const data = Array.isArray(clusters)
    ? (clusters as Named[])[0]?.cluster?.['certificate-authority-data']
    : undefined;
  return typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8') : undefined;
}

function parseKubeconfig(text: string): Kubeconfig {
  let config: unknown;
  try {
    config = parse(text);
  } catch (error) {
    throw new Error(`Cannot read the kubeconfig: ${(error as Error).message.split('\n')[0]}`);
  }
  if (typeof config !== 'object' || config === null) missing('an object');
  return config as Kubeconfig;
}

function find(config: Kubeconfig, kind: 'context' | 'cluster' | 'user', name: string | undefined): Entry {
  const entries = config[`${kind}s`];
  const named = Array.isArray(entries)
    ? (entries as Named[]).find((entry) => entry?.name === name)
    : undefined;
  return named?.[kind] ?? missing(`the ${kind} ${JSON.stringify(name ?? '')}`);
}

function credentialsOf(user: Entry, folder: string): ClientCredentials | undefined {
  const certificate = content(user, 'client-certificate', folder);
  const key = content(user, 'client-key', folder);
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  const tokenFile = textOf(user.tokenFile);
  const token = textOf(user.token) ?? (tokenFile && readFileSync(resolve(folder, tokenFile), 'utf8').trim());
  if (token) return { token };
  if (user.exec || user['auth-provider']) {
    throw new Error(
      'Cannot use the kubeconfig: its credentials come from a plugin, which sampan does not run',
    );
  }
  return undefined;
}

/** `<name>-data` in base64, or the file that `<name>` tells. */
function content(entry: Entry, name: string, folder: string): string | undefined {
  const data = textOf(entry[`${name}-data`]);
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  const path = textOf(entry[name]);
  return path ? readFileSync(resolve(folder, path), 'utf8') : undefined;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : undefined;

function missing(what: string): never {
  throw new Error(`Cannot use the kubeconfig: it lacks ${what}`);
}
