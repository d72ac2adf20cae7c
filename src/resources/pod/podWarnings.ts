import { goQuoted } from '../../apimachinery/goText.ts';
import type {
  Container,
  EnvVar,
  EphemeralContainer,
  ObjectMeta,
  PodAffinity,
  PodAntiAffinity,
  PodSpec,
  Volume,
} from '../../generated/types.ts';
import { addressWarnings } from './addressWarnings.ts';
import { annotationWarnings, containerProfileWarnings, podProfileWarnings } from './annotationWarnings.ts';
import { byteWarnings, claimWarnings } from './byteWarnings.ts';
import { allContainers } from './containers.ts';
import { NO_MATCH, nodeLabelWarnings } from './nodeLabelWarnings.ts';
import { portWarnings } from './portWarnings.ts';
import { virtualPathWarnings } from './virtualPathWarnings.ts';

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
const BYTES = ['memory', 'ephemeral-storage'];
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** More than anybody is told: answers have room for 4,096 letters of warnings. */
const MOST_WARNINGS = 1000;

/**
 * What is legal in a pod or a template and yet hardly meant so, in upstream's order (`warningsForPodSpecAndMeta`). `field` is empty for a
 * pod, `spec.template` or so for a template.
 */
export const podWarnings = (spec: PodSpec, metadata: ObjectMeta | undefined, field = ''): string[] => [
  // Ports that are all alike have a warning for each two of them.
  ...allWarnings(spec, metadata?.annotations ?? {}, field ? `${field}.` : '').take(MOST_WARNINGS),
];

function* allWarnings(
  spec: PodSpec,
  annotations: Readonly<Record<string, string>>,
  path: string,
): Generator<string> {
  const field = `${path}spec`;
  const annotated = `${path}metadata.annotations`;
  yield* nodeLabelWarnings(spec, field);
  yield* annotationWarnings(annotations, annotated);
  yield* volumeWarnings(spec, `${field}.volumes`);
  yield* virtualPathWarnings(spec);
  yield* repeatedNames(spec, field);
  yield* byteWarnings(spec.overhead, `${field}.overhead`, BYTES);
  yield* podProfileWarnings(spec, annotations, annotated);
  for (const placed of allContainers(spec, field)) {
    yield* containerProfileWarnings(placed.container, spec, annotations, annotated, path !== '');
    yield* containerWarnings(placed.container, placed.field);
  }
  yield* portWarnings(spec, field);
  yield* gracePeriodWarnings(spec, field);
  yield* affinityWarnings(spec.affinity?.podAffinity, `${field}.affinity.podAffinity`);
  yield* affinityWarnings(spec.affinity?.podAntiAffinity, `${field}.affinity.podAntiAffinity`);
  yield* addressWarnings(spec, field);
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
    const claim = volume.ephemeral?.volumeClaimTemplate;
    yield* claimWarnings(claim?.spec, `${field}[${index}].ephemeral.volumeClaimTemplate.spec`);
  }
}

function* repeatedNames({ hostAliases, imagePullSecrets }: PodSpec, field: string): Generator<string> {
  for (const [index, ip] of repeated((hostAliases ?? []).map((alias) => alias.ip))) {
    yield `${field}.hostAliases[${index}].ip: duplicate ip ${goQuoted(ip)}`;
  }
  const secrets = (imagePullSecrets ?? []).map(({ name }) => name ?? '');
  for (const [index, name] of repeated(secrets)) {
    yield `${field}.imagePullSecrets[${index}].name: duplicate name ${goQuoted(name)}`;
  }
  for (const [index, name] of secrets.entries()) {
    if (!name) yield `${field}.imagePullSecrets[${index}].name: invalid empty name ""`;
  }
}

function* repeated(values: readonly string[]): Generator<[index: number, value: string]> {
  for (const [index, value] of values.entries()) if (values.indexOf(value) < index) yield [index, value];
}

function* containerWarnings(
  { resources, env }: Container | EphemeralContainer,
  field: string,
): Generator<string> {
  for (const name of BYTES)
    for (const list of ['limits', 'requests'] as const)
      yield* byteWarnings(resources?.[list], `${field}.resources.${list}`, [name]);
  yield* hiddenVariables(env ?? [], `${field}.env`);
}

/** A variable may be defined again to extend it, as in `PATH=$(PATH):/more`. */
function* hiddenVariables(variables: readonly EnvVar[], field: string): Generator<string> {
  const names = new Set<string>();
  for (const [index, { name, value = '', valueFrom }] of variables.entries()) {
    const reference = `$(${name})`;
    const extendsIt = !valueFrom && value !== reference && value.includes(reference);
    if (names.has(name) && !extendsIt) {
      const quoted = goQuoted(name);
      yield `${field}[${index}]: hides previous definition of ${quoted}, which may be dropped when using apply`;
    }
    names.add(name);
  }
}

function* gracePeriodWarnings(
  { terminationGracePeriodSeconds = 0 }: PodSpec,
  field: string,
): Generator<string> {
  if (terminationGracePeriodSeconds >= 0) return;
  const detail = 'must be >= 0; negative values are invalid and will be treated as 1';
  yield `${field}.terminationGracePeriodSeconds: ${detail}`;
}
