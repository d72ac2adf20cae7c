import { conflict, invalid } from '../../../apimachinery/errors.ts';
import { type FieldError, notSupported, required } from '../../../apimachinery/fieldErrors.ts';
import { deepCopy, isBeingDeleted, type KubernetesObject } from '../../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../../clock/clock.ts';
import type { Binding, Pod, PodCondition, Status } from '../../../generated/types.ts';
import { admittedTo, withoutAdmission } from '../admitted.ts';
import type { RegistryParts } from '../registryParts.ts';
import type { RequestContext } from '../requestContext.ts';
import type { Target } from '../target.ts';
import { change } from '../update.ts';
import type { EndpointRules } from '../updateRules.ts';
import { success } from './success.ts';

/** What a binding changes is made here, from nothing that a client could have shaped wrongly. */
const rules: EndpointRules = {
  take: (given) => given,
  prepareUpdate: () => {},
  validateUpdate: () => [],
};

/** Gives a pod its node, once and for all. */
export async function bind(
  parts: RegistryParts,
  target: Target,
  body: KubernetesObject,
  context: RequestContext,
): Promise<Status> {
  const binding = deepCopy(body) as Binding;
  checkBinding(binding);
  const letIn = admittedTo('binding', parts, 'CREATE', target, binding, context);
  if (letIn) await letIn;
  const bound = (pod: KubernetesObject) => boundPod(pod as Pod, binding, parts.clock.now());
  await change(withoutAdmission(parts), { ...target, subresource: 'binding', rules }, bound, context);
  return success();
}

function checkBinding({ target, metadata }: Binding): void {
  const errors: FieldError[] = [];
  if (target?.kind && target.kind !== 'Node') {
    errors.push(notSupported('target.kind', target.kind, ['Node', '<empty>']));
  }
  if (!target?.name) errors.push(required('target.name'));
  if (errors.length > 0) throw invalid({ group: '', kind: 'Binding' }, metadata?.name ?? '', errors);
}

function boundPod(pod: Pod, { target, metadata }: Binding, now: EpochMs): Pod {
  const refuse = (why: string) =>
    conflict({ group: '', plural: 'pods/binding' }, pod.metadata.name!, `pod ${pod.metadata.name} ${why}`);
  if (isBeingDeleted(pod)) throw refuse('is being deleted, cannot be assigned to a host');
  if (pod.spec.nodeName) throw refuse(`is already assigned to node "${pod.spec.nodeName}"`);
  if (pod.spec.schedulingGates?.length) throw refuse('has non-empty .spec.schedulingGates');
  const { annotations, labels, uid } = metadata ?? {};
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(uid && { uid }),
      ...(annotations && { annotations: { ...pod.metadata.annotations, ...annotations } }),
      ...(labels && { labels: { ...pod.metadata.labels, ...labels } }),
    },
    spec: { ...pod.spec, nodeName: target.name! },
    status: { ...pod.status, conditions: scheduled(pod.status?.conditions ?? [], pod, now) },
  };
}

function scheduled(conditions: PodCondition[], { metadata }: Pod, now: EpochMs): PodCondition[] {
  const condition: PodCondition = {
    type: 'PodScheduled',
    status: 'True',
    lastTransitionTime: timestamp(now),
    ...(metadata.generation && { observedGeneration: metadata.generation }),
  };
  return [...conditions.filter(({ type }) => type !== condition.type), condition];
}
