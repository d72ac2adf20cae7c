import type { RegistryCredentials } from '../runtime.ts';

const DOCKER = 'docker.io';
const DOCKERS_NAMES = ['index.docker.io', 'registry-1.docker.io', DOCKER];

/**
 * The credentials that are for an image's registry, those with the most of its path first. As the kubelet has it: `*` stands for a part of
 * a host's name, a path is the beginning of the image's, and `/v1/` and `/v2/` at its beginning say nothing.
 */
export function fittingCredentials(
  image: string,
  secrets: readonly RegistryCredentials[],
): RegistryCredentials[] {
  const target = placeOfImage(image);
  return secrets
    .map((secret) => ({ secret, place: placeOfKey(secret.registry) }))
    .filter(({ place }) => isWithin(target, place))
    .toSorted((a, b) => b.place.path.length - a.place.path.length)
    .map(({ secret }) => secret);
}

interface Place {
  /** With its port. */
  readonly host: string;
  readonly path: string;
}

/** In `registry:5000/team/app:1`; Docker's for a name without a host. */
function placeOfImage(image: string): Place {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost
    ? place(first, rest.join('/'))
    : place(DOCKER, image.includes('/') ? image : `library/${image}`);
}

function placeOfKey(registry: string): Place {
  const [host = '', ...rest] = registry.replace(/^https?:\/\//, '').split('/');
  return place(host, rest.join('/').replace(/^v[12](\/|$)/, ''));
}

const place = (host: string, path: string): Place => ({
  host: DOCKERS_NAMES.includes(host) ? DOCKER : host,
  path,
});

function isWithin(target: Place, { host, path }: Place): boolean {
  const [name = '', port] = host.split(':');
  const [targetName = '', targetPort] = target.host.split(':');
  return port === targetPort && hostPattern(name).test(targetName) && target.path.startsWith(path);
}

const hostPattern = (name: string): RegExp =>
  new RegExp(`^${name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^.]*')}$`);
