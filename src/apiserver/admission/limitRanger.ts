import type { Container, LimitRange, Pod } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import { limitRanges } from '../../resources/limitRange.ts';
import type { ResourceList } from '../../resources/pod/resourceLists.ts';
import type { Registry } from '../registry/registry.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { limitProblems } from './limitProblems.ts';
import { objectsIn } from './objectsIn.ts';
import { refuse } from './refuse.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

/**
 * Upstream's LimitRanger: a namespace's LimitRanges complete what new pods' containers ask for, say so in an annotation, and bound it. A
 * pod that is there already stays as it is, but is bound in what it is resized to.
 */
export const limitRanger = (registry: () => Registry): AdmissionPlugin => ({
  admit(request) {
    if (!isNewPod(request)) return;
    for (const range of objectsIn(registry(), limitRanges, request.namespace))
      complete(request.object as Pod, range);
  },
  validate(request) {
    if (!isNewPod(request) && !isResize(request)) return;
    for (const range of objectsIn(registry(), limitRanges, request.namespace)) {
      const problems = limitProblems(range, (request.object as Pod).spec);
      if (problems.length > 0)
        throw refuse(request, problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`);
    }
  },
});

const isNewPod = ({ operation, resource, subresource }: AdmissionRequest): boolean =>
  operation === 'CREATE' && resource.kind === Pods.kind && !subresource;

const isResize = ({ operation, resource, subresource }: AdmissionRequest): boolean =>
  operation === 'UPDATE' && resource.kind === Pods.kind && subresource === 'resize';

function complete(pod: Pod, range: LimitRange): void {
  const [requests, limits] = [defaults(range, 'defaultRequest'), defaults(range, 'default')];
  const notes: string[] = [];
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  for (const container of containers) fill(container, 'container', requests, limits, notes);
  for (const container of initContainers) fill(container, 'init container', requests, limits, notes);
  if (notes.length === 0) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}`,
  };
}

function defaults({ spec }: LimitRange, amounts: 'default' | 'defaultRequest'): ResourceList {
  const items = (spec?.limits ?? []).filter(({ type }) => type === 'Container');
  return Object.assign({}, ...items.map((item) => item[amounts]));
}

function fill(
  container: Container,
  label: string,
  requests: ResourceList,
  limits: ResourceList,
  notes: string[],
): void {
  for (const [side, given, word] of [
    ['requests', requests, 'request'],
    ['limits', limits, 'limit'],
  ] as const) {
    const own = container.resources?.[side] ?? {};
    const missing = Object.keys(given).filter((resource) => !Object.hasOwn(own, resource));
    if (missing.length === 0) continue;
    const filled = { ...own, ...Object.fromEntries(missing.map((resource) => [resource, given[resource]!])) };
    container.resources = { ...container.resources, [side]: filled };
    notes.push(`${missing.sort().join(', ')} ${word} for ${label} ${container.name}`);
  }
}
