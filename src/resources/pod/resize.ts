import { type FieldError, forbiddenField, invalidValue } from '../../apimachinery/fieldErrors.ts';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../generated/types.ts';
import { semanticEqual } from '../semanticEqual.ts';
import { isSidecar } from './containers.ts';
import { setPodDefaults } from './podDefaults.ts';
import { checkPodForm } from './podValidation.ts';
import { qosClassOf } from './qosClass.ts';
import type { ResourceList } from './resourceLists.ts';
import { isMirrorPod } from './validation/annotations.ts';

/** What can be changed while a container runs. */
const RESIZABLE = ['cpu', 'memory'] as const;

type ContainerList = 'containers' | 'initContainers';
const LISTS: readonly ContainerList[] = ['containers', 'initContainers'];

/**
 * Leaves of what was sent only what containers may use, and how they are resized (KEP-1287), with defaults. Like upstream, whose validation
 * then takes no other way of resizing.
 */
export function preparePodResize(next: Pod, stored: Pod): void {
  const { containers = [], initContainers = [] } = next.spec ?? {};
  const isComparable =
    hasSameNames(containers, stored.spec.containers) &&
    hasSameNames(initContainers, stored.spec.initContainers ?? []);
  next.status = stored.status;
  // What validation refuses it has to see.
  if (!isComparable) return;
  next.spec = {
    ...stored.spec,
    containers: resized(containers, stored.spec.containers),
    ...(initContainers.length > 0 && {
      initContainers: resized(initContainers, stored.spec.initContainers!),
    }),
  };
  setPodDefaults(next);
}

const hasSameNames = (next: readonly Container[], stored: readonly Container[]): boolean =>
  next.length === stored.length && next.every(({ name }, index) => name === stored[index]!.name);

const resized = (next: readonly Container[], stored: readonly Container[]): Container[] =>
  stored.map((container, index) => {
    const { resizePolicy: _, ...rest } = container;
    const { resources, resizePolicy } = next[index]!;
    return { ...rest, resources: { ...resources }, ...(resizePolicy && { resizePolicy }) };
  });

/** What a resize may change (`ValidatePodResize`). */
export function validatePodResize(next: Pod, stored: Pod): FieldError[] {
  const refusal = neverResized(next, stored);
  if (refusal) return [forbiddenField('', refusal)];
  const errors: FieldError[] = [];
  checkPodForm(errors, next);
  checkSameClass(errors, next, stored);
  if (!nodeSupportsIt(stored)) {
    errors.push(forbiddenField('spec', 'Pod running on node without support for resize'));
  }
  const before = errors.length;
  for (const list of LISTS) checkSameContainers(errors, list, next.spec, stored.spec);
  if (errors.length > before) return errors;
  for (const list of LISTS) checkNothingRemoved(errors, list, next.spec, stored.spec);
  checkContainers(errors, next.spec, stored.spec);
  checkInitContainers(errors, next.spec, stored.spec);
  return errors;
}

function neverResized(next: Pod, stored: Pod): string | undefined {
  if (hasOwnResources(stored) || hasOwnResources(next))
    return 'pods with pod-level resources cannot be resized';
  if (isMirrorPod(stored.metadata.annotations)) return 'static pods cannot be resized';
  return stored.spec.os?.name === 'windows' ? 'windows pods cannot be resized' : undefined;
}

const hasOwnResources = ({ spec: { resources } }: Pod): boolean =>
  Object.keys({ ...resources?.requests, ...resources?.limits }).length > 0;

function checkSameClass(errors: FieldError[], next: Pod, stored: Pod): void {
  const before = stored.status?.qosClass ?? qosClassOf(stored.spec);
  if (before === qosClassOf(next.spec)) return;
  const detail = 'Pod QOS Class may not change as a result of resizing';
  errors.push(invalidValue('spec', before, detail));
}

/** Whose status tells what a running container has. */
function nodeSupportsIt({ status }: Pod): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running);
  return !running || running.resources !== undefined;
}

function checkSameContainers(
  errors: FieldError[],
  list: ContainerList,
  next: PodSpec,
  stored: PodSpec,
): void {
  const [after, before] = [next[list] ?? [], stored[list] ?? []];
  if (after.length !== before.length) {
    errors.push(forbiddenField(`spec.${list}`, `${list} may not be added or removed on resize`));
    return;
  }
  for (const [index, { name }] of before.entries()) {
    if (after[index]!.name === name) continue;
    const detail = `${list} may not be renamed or reordered on resize`;
    errors.push(forbiddenField(`spec.${list}[${index}].name`, detail));
  }
}

function checkNothingRemoved(
  errors: FieldError[],
  list: ContainerList,
  next: PodSpec,
  stored: PodSpec,
): void {
  for (const [index, { resources: before }] of (stored[list] ?? []).entries()) {
    const after = next[list]![index]!.resources;
    const path = `spec.${list}[${index}].resources`;
    if (isRemoved(after?.requests, before?.requests))
      errors.push(forbiddenField(`${path}.requests`, 'resource requests cannot be removed'));
    if (isRemoved(after?.limits, before?.limits))
      errors.push(forbiddenField(`${path}.limits`, 'resource limits cannot be removed'));
  }
}

const isRemoved = (after: ResourceList = {}, before: ResourceList = {}): boolean =>
  Object.keys(before).some((name) => !Object.hasOwn(after, name));

function checkContainers(errors: FieldError[], next: PodSpec, stored: PodSpec): void {
  for (const [index, container] of next.containers.entries()) {
    if (!semanticEqual(withAmountsOf(stored.containers[index]!, container), stored.containers[index]))
      errors.push(forbiddenField('spec', 'only cpu and memory resources are mutable'));
  }
}

function checkInitContainers(errors: FieldError[], next: PodSpec, stored: PodSpec): void {
  for (const [index, container] of (next.initContainers ?? []).entries()) {
    const before = stored.initContainers![index]!;
    const rest = withAmountsOf(before, container);
    const path = `spec.initContainers[${index}]`;
    if (!semanticEqual(rest, before)) {
      const detail = 'only cpu and memory resources for init or sidecar containers are mutable';
      errors.push(forbiddenField(path, detail));
    }
    const isChanged = !isSidecar(container) && !semanticEqual(container, before);
    if (isChanged && rest.resizePolicy?.some(({ restartPolicy }) => restartPolicy === 'RestartContainer')) {
      const detail = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
      errors.push(forbiddenField(path, detail));
    }
  }
}

/** The new container with the stored amounts of all that may be resized. */
const withAmountsOf = (stored: Container, next: Container): Container => ({
  ...next,
  resources: {
    ...next.resources,
    limits: amountsOf(stored.resources, next.resources, 'limits'),
    requests: amountsOf(stored.resources, next.resources, 'requests'),
  },
});

function amountsOf(
  stored: ResourceRequirements | undefined,
  next: ResourceRequirements | undefined,
  side: 'limits' | 'requests',
): ResourceList {
  const amounts: ResourceList = { ...next?.[side] };
  for (const name of RESIZABLE) {
    const before = stored?.[side]?.[name];
    if (before === undefined) delete amounts[name];
    else amounts[name] = before;
  }
  return amounts;
}
