import { invalid } from '../../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type { Container, Namespace, Pod, PodTemplateSpec } from '../../../generated/types.ts';
import { Namespaces, Pods } from '../../../resources/kinds.ts';
import { pods } from '../../../resources/pod/pod.ts';
import type { Registry } from '../../registry/registry.ts';
import { storageKey } from '../../registry/target.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../admission.ts';
import { objectsIn } from '../objectsIn.ts';
import { refuse } from '../refuse.ts';
import type { PodLike } from './check.ts';
import { detailOf, violationsOf } from './evaluate.ts';
import { existingPodWarnings } from './existingPods.ts';
import { hasPolicy, type LevelVersion, type Policy, policyOf, policyText, rank } from './policy.ts';

/** What is written to a pod by these may change what it is allowed to. */
const JUDGED_SUBRESOURCES: ReadonlySet<string> = new Set(['', 'ephemeralcontainers', 'resize']);

/** Where kinds that make pods have the template of them. */
const TEMPLATES: Readonly<Record<string, (object: never) => PodTemplateSpec | undefined>> = {
  PodTemplate: ({ template }: WithTemplate) => template,
  ReplicationController: ofSpec,
  ReplicaSet: ofSpec,
  Deployment: ofSpec,
  StatefulSet: ofSpec,
  DaemonSet: ofSpec,
  Job: ofSpec,
  CronJob: ofJobTemplate,
  DaemonJob: ofJobTemplate,
};

interface WithTemplate {
  readonly template?: PodTemplateSpec;
}

function ofSpec({ spec }: { spec?: WithTemplate }): PodTemplateSpec | undefined {
  return spec?.template;
}

function ofJobTemplate({ spec }: { spec?: { jobTemplate?: { spec?: WithTemplate } } }) {
  return spec?.jobTemplate?.spec?.template;
}

/**
 * Upstream's PodSecurity: namespaces say by their labels which pods they let in, and of which they warn. Of what makes pods it is only told
 * what they would violate.
 */
export const podSecurity = (registry: () => Registry): AdmissionPlugin => ({
  validate(request) {
    const { operation, resource, subresource = '' } = request;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return;
    if (resource.kind === Namespaces.kind) {
      if (!subresource) judgeNamespace(request, registry());
    } else if (resource.kind === Pods.kind) {
      if (JUDGED_SUBRESOURCES.has(subresource)) judgePod(request, registry());
    } else if (!subresource && Object.hasOwn(TEMPLATES, resource.kind)) judgeTemplate(request, registry());
  },
});

function judgePod(request: AdmissionRequest, registry: Registry): void {
  const policy = policyFor(request, registry);
  if (!policy) return;
  const pod = request.object as Pod;
  const stored = request.stored as Pod | undefined;
  if (stored && !isSignificant(pod, stored)) return;
  const found = violationsOf(pod, policy.enforce);
  if (found.length > 0) throw refuse(request, `violates ${levelText(policy.enforce)}: ${detailOf(found)}`);
  warnOf(request, pod, policy.warn);
}

function judgeTemplate(request: AdmissionRequest, registry: Registry): void {
  const policy = request.warn && policyFor(request, registry);
  const template = policy && TEMPLATES[request.resource.kind]!(request.object as never);
  if (template?.spec) warnOf(request, template as PodLike, policy!.warn);
}

function warnOf({ warn }: AdmissionRequest, pod: PodLike, wanted: LevelVersion): void {
  const found = warn ? violationsOf(pod, wanted) : [];
  if (found.length > 0) warn?.(`would violate ${levelText(wanted)}: ${detailOf(found)}`);
}

const levelText = (wanted: LevelVersion): string => `PodSecurity ${JSON.stringify(policyText(wanted))}`;

function policyFor({ namespace }: AdmissionRequest, { parts: { store } }: Registry): Policy | undefined {
  const labels = store.get(storageKey(Namespaces, undefined, namespace ?? ''))?.object.metadata.labels;
  return hasPolicy(labels) ? policyOf(labels) : undefined;
}

/** What makes no sense is refused; a stricter rule is told of what breaks it already. */
function judgeNamespace(request: AdmissionRequest, registry: Registry): void {
  const { object, stored, resource, name = '', warn } = request;
  const [before, after] = [labelsOf(stored), labelsOf(object)];
  if (!hasPolicy(after)) return;
  const [old, next] = [policyOf(before), policyOf(after)];
  if (next.errors.length > 0 && JSON.stringify(next.errors) !== JSON.stringify(old.errors))
    throw invalid(resource, name, next.errors);
  if (!stored || !warn || !isStricter(next.enforce, old.enforce)) return;
  for (const text of existingPodWarnings(name, next.enforce, objectsIn(registry, pods, name))) warn(text);
}

const labelsOf = (object: KubernetesObject | undefined) => (object as Namespace | undefined)?.metadata.labels;

const isStricter = (next: LevelVersion, old: LevelVersion): boolean =>
  next.version === old.version ? rank(next.level) > rank(old.level) : next.level !== 'privileged';

/** Of a pod that is there only images change, and containers for debugging come. */
function isSignificant({ spec }: Pod, { spec: stored }: Pod): boolean {
  const images = (containers: readonly Pick<Container, 'name' | 'image'>[] = []) =>
    containers.map(({ name, image }) => `${name}=${image}`).join(' ');
  return (
    images(spec.containers) !== images(stored.containers) ||
    images(spec.initContainers) !== images(stored.initContainers) ||
    images(spec.ephemeralContainers) !== images(stored.ephemeralContainers)
  );
}
