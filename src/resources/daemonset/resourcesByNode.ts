import type { DaemonSet } from '../../generated/types.ts';
import type { AnnotationRule } from '../annotationRules.ts';

const RESOURCES_BY_NODE = 'sampan.dev/resources-by-node';

const PERCENTAGE = /^(\d{1,3}(?:\.\d{1,4})?)%$/;
const RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** Shares of what a node has, in millionths, by the resource. */
export type Shares = ReadonlyMap<string, number>;
const NONE: ReadonlyMap<string, Shares> = new Map();

/**
 * `sampan.dev/resources-by-node: "agent: cpu=2%, memory=5%; proxy: cpu=0.5%"`: what the containers of a daemon ask for, as shares of the
 * allocatable of its node (#122753). By container.
 */
export const resourcesByNode = ({ metadata }: DaemonSet): ReadonlyMap<string, Shares> =>
  parse(metadata.annotations?.[RESOURCES_BY_NODE] ?? '') ?? NONE;

/** Undefined for what is malformed. */
function parse(text: string): Map<string, Shares> | undefined {
  const containers = new Map<string, Shares>();
  for (const part of text.split(';')) {
    const [, name, list] = /^\s*([a-z0-9-]+)\s*:(.*)$/.exec(part) ?? [];
    const shares = list === undefined ? undefined : parseShares(list);
    if (!name || !shares || containers.has(name)) return undefined;
    containers.set(name, shares);
  }
  return containers;
}

function parseShares(text: string): Shares | undefined {
  const shares = new Map<string, number>();
  for (const part of text.split(',')) {
    const [resource = '', value = '', ...more] = part.split('=').map((word) => word.trim());
    const millionths = Math.round(Number(PERCENTAGE.exec(value)?.[1]) * 10_000);
    const isShare = millionths > 0 && millionths <= 1_000_000;
    if (more.length > 0 || !RESOURCES.has(resource) || !isShare || shares.has(resource)) return undefined;
    shares.set(resource, millionths);
  }
  return shares;
}

const SHARES =
  'percentages of cpu, memory or ephemeral-storage by container, "agent: cpu=2%, memory=5%", with ";" between containers';

export const resourcesByNodeRule: AnnotationRule = [
  RESOURCES_BY_NODE,
  (text) => parse(text) !== undefined,
  SHARES,
];

/** Names that no container of the template has. */
export function unknownContainerWarnings(daemonSet: DaemonSet): readonly string[] {
  const { containers, initContainers = [] } = daemonSet.spec.template.spec;
  const known = new Set([...containers, ...initContainers].map(({ name }) => name));
  return [...resourcesByNode(daemonSet).keys()]
    .filter((name) => !known.has(name))
    .map(
      (name) =>
        `metadata.annotations[${RESOURCES_BY_NODE}]: "${name}" is ignored: it must be a container of the template, one of ${[...known].join(', ')}`,
    );
}
