import { milliValue, parseQuantity } from '../../apimachinery/quantity.ts';
import type {
  Container,
  ContainerPort,
  EnvVar,
  ObjectMeta,
  PodAffinity,
  PodAntiAffinity,
  PodSpec,
  Volume,
} from '../../generated/types.ts';
import { annotationWarnings } from './annotationWarnings.ts';
import { allContainers } from './containers.ts';
import { nodeLabelWarnings } from './nodeLabelWarnings.ts';

const DEPRECATED_VOLUMES: Partial<Record<keyof Volume, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};
const NO_MATCH = 'a null labelSelector results in matching no pod';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** What is legal in a pod or a template and yet hardly meant so. `field` is empty for a pod, `spec.template` or so for a template. */
export function podWarnings(spec: PodSpec, metadata: ObjectMeta | undefined, field = ''): string[] {
  const path = field ? `${field}.` : '';
  return [
    ...nodeLabelWarnings(spec, `${path}spec`),
    ...selectorWarnings(spec, `${path}spec`),
    ...annotationWarnings(spec, metadata, `${path}metadata.annotations`, `${path}spec`),
    ...volumeWarnings(spec, `${path}spec.volumes`),
    ...repeatedNames(spec, `${path}spec`),
    ...allContainerWarnings(spec, `${path}spec`),
    ...portWarnings(spec, `${path}spec`),
    ...gracePeriodWarnings(spec, `${path}spec`),
  ];
}

function* selectorWarnings(
  { topologySpreadConstraints, affinity }: PodSpec,
  field: string,
): Generator<string> {
  for (const [index, { labelSelector }] of (topologySpreadConstraints ?? []).entries()) {
    if (!labelSelector) yield `${field}.topologySpreadConstraints[${index}].labelSelector: ${NO_MATCH}`;
  }
  yield* affinityWarnings(affinity?.podAffinity, `${field}.affinity.podAffinity`);
  yield* affinityWarnings(affinity?.podAntiAffinity, `${field}.affinity.podAntiAffinity`);
}

function* affinityWarnings(
  affinity: PodAffinity | PodAntiAffinity | undefined,
  field: string,
): Generator<string> {
  for (const [index, term] of (affinity?.[REQUIRED] ?? []).entries()) {
    if (!term.labelSelector) yield `${field}.${REQUIRED}[${index}].labelSelector: ${NO_MATCH}`;
  }
  for (const [index, { podAffinityTerm: term }] of (affinity?.[PREFERRED] ?? []).entries()) {
    if (!term?.labelSelector)
      yield `${field}.${PREFERRED}[${index}].podAffinityTerm.labelSelector: ${NO_MATCH}`;
  }
}

function* volumeWarnings({ volumes }: PodSpec, field: string): Generator<string> {
  for (const [index, volume] of (volumes ?? []).entries()) {
    for (const source of Object.keys(volume) as (keyof Volume)[]) {
      const message = DEPRECATED_VOLUMES[source];
      if (message) yield `${field}[${index}].${source}: ${message}`;
    }
  }
}

function* repeatedNames({ hostAliases, imagePullSecrets }: PodSpec, field: string): Generator<string> {
  for (const [index, ip] of repeated((hostAliases ?? []).map((alias) => alias.ip))) {
    yield `${field}.hostAliases[${index}].ip: duplicate ip ${JSON.stringify(ip)}`;
  }
  const secrets = (imagePullSecrets ?? []).map(({ name }) => name ?? '');
  for (const [index, name] of repeated(secrets)) {
    yield `${field}.imagePullSecrets[${index}].name: duplicate name ${JSON.stringify(name)}`;
  }
  for (const [index, name] of secrets.entries()) {
    if (!name) yield `${field}.imagePullSecrets[${index}].name: invalid empty name ""`;
  }
}

function* repeated(values: readonly string[]): Generator<[index: number, value: string]> {
  for (const [index, value] of values.entries()) if (values.indexOf(value) < index) yield [index, value];
}

function* allContainerWarnings(spec: PodSpec, field: string): Generator<string> {
  for (const placed of allContainers(spec, field)) yield* containerWarnings(placed.container, placed.field);
}

function* containerWarnings(container: Container, field: string): Generator<string> {
  for (const list of ['limits', 'requests'] as const) {
    for (const name of ['memory', 'ephemeral-storage']) {
      const amount = container.resources?.[list]?.[name];
      if (amount === undefined || milliValue(parseQuantity(amount)) % 1000 === 0) continue;
      const value = JSON.stringify(amount);
      yield `${field}.resources.${list}[${name}]: fractional byte value ${value} is invalid, must be an integer`;
    }
  }
  yield* hiddenVariables(container.env ?? [], `${field}.env`);
}

/** A variable may be defined again to extend it, as in `PATH=$(PATH):/more`. */
function* hiddenVariables(variables: readonly EnvVar[], field: string): Generator<string> {
  const names = new Set<string>();
  for (const [index, { name, value = '', valueFrom }] of variables.entries()) {
    const reference = `$(${name})`;
    const extendsIt = !valueFrom && value !== reference && value.includes(reference);
    if (names.has(name) && !extendsIt) {
      const quoted = JSON.stringify(name);
      yield `${field}[${index}]: hides previous definition of ${quoted}, which may be dropped when using apply`;
    }
    names.add(name);
  }
}

function* portWarnings(spec: PodSpec, field: string): Generator<string> {
  const seen: { port: ContainerPort; path: string }[] = [];
  for (const { container, field: path } of allContainers(spec, field)) {
    for (const [index, port] of (container.ports ?? []).entries()) {
      const here = `${path}.ports[${index}]`;
      for (const other of seen) {
        const kind = overlap(port, other.port);
        if (kind) yield `${here}: ${kind} port definition with ${other.path}`;
      }
      seen.push({ port, path: here });
    }
  }
}

function overlap(a: ContainerPort, b: ContainerPort): string | undefined {
  if (a.containerPort !== b.containerPort || a.protocol !== b.protocol) return undefined;
  const [ports, addresses] = [
    [a.hostPort ?? 0, b.hostPort ?? 0],
    [a.hostIP ?? '', b.hostIP ?? ''],
  ];
  const samePort = ports[0] === ports[1];
  if (samePort && addresses[0] === addresses[1]) return 'duplicate';
  if (ports.includes(0)) return 'overlapping';
  return samePort && addresses.includes('') ? 'dangerously ambiguous' : undefined;
}

function* gracePeriodWarnings(
  { terminationGracePeriodSeconds = 0 }: PodSpec,
  field: string,
): Generator<string> {
  if (terminationGracePeriodSeconds >= 0) return;
  const detail = 'must be >= 0; negative values are invalid and will be treated as 1';
  yield `${field}.terminationGracePeriodSeconds: ${detail}`;
}
