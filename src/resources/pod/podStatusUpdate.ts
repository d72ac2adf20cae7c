import { type FieldError, forbiddenField, invalidValue } from '../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain, qualifiedName } from '../../apimachinery/nameRules.ts';
import type {
  Container,
  ContainerStatus,
  Pod,
  PodCondition,
  PodSpec,
  PodStatus,
} from '../../generated/types.ts';
import { checkImmutable, checkNamed } from '../checks.ts';
import { checkIp } from '../ipAddress.ts';
import { shouldRestart } from './restartPolicy.ts';
import { checkAnnotationChanges } from './validation/annotations.ts';

const SYSTEM_CONDITIONS = new Set(['PodScheduled', 'Ready', 'Initialized']);

/** What the kubelet may not do to a pod's status (`ValidatePodStatusUpdate`). */
export function validatePodStatusUpdate(next: Pod, stored: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const { annotations } = next.metadata;
  const after = next.status ?? {};
  const before = stored.status ?? {};
  checkAnnotationChanges(errors, 'metadata.annotations', annotations, stored.metadata.annotations, next.spec);
  checkConditions(errors, 'status.conditions', after.conditions ?? []);
  checkNominatedNode(errors, after, before, stored.spec);
  checkImmutable(errors, 'status.qosClass', after.qosClass, before.qosClass);
  checkTransitions(errors, after, before, stored.spec);
  checkAddresses(errors, 'status.podIPs', after.podIPs ?? [], before.podIPs ?? []);
  checkHostAddresses(errors, after, before);
  return errors;
}

function checkConditions(errors: FieldError[], field: string, conditions: readonly PodCondition[]): void {
  for (const [index, { type = '', observedGeneration = 0 }] of conditions.entries()) {
    if (observedGeneration < 0) {
      const path = `${field}[${index}].observedGeneration`;
      errors.push(invalidValue(path, observedGeneration, 'must be a non-negative integer'));
    }
    if (!SYSTEM_CONDITIONS.has(type)) checkNamed(errors, `${field}[${index}].Type`, type, qualifiedName);
  }
}

function checkNominatedNode(errors: FieldError[], after: PodStatus, before: PodStatus, spec: PodSpec): void {
  const name = after.nominatedNodeName;
  if (!name || name === before.nominatedNodeName) return;
  checkNamed(errors, 'status.nominatedNodeName', name, dns1123Subdomain);
  if (!spec.nodeName) return;
  const detail = 'may not be set on pods that are already bound to a node';
  errors.push(forbiddenField('status.nominatedNodeName', detail));
}

/** A container that has ended for good stays so. */
function checkTransitions(errors: FieldError[], after: PodStatus, before: PodStatus, spec: PodSpec): void {
  const mayRestart = (containers: readonly Container[] | undefined) => (name: string, exitCode: number) => {
    const container = containers?.find((candidate) => candidate.name === name);
    return container !== undefined && shouldRestart(container, spec, exitCode);
  };
  const never = () => false;
  checkStatuses(errors, 'containerStatuses', after, before, mayRestart(spec.containers));
  checkStatuses(errors, 'initContainerStatuses', after, before, mayRestart(spec.initContainers));
  checkStatuses(errors, 'ephemeralContainerStatuses', after, before, never);
}

function checkStatuses(
  errors: FieldError[],
  list: 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses',
  after: PodStatus,
  before: PodStatus,
  mayRestart: (name: string, exitCode: number) => boolean,
): void {
  for (const [index, { name, state }] of (before[list] ?? []).entries()) {
    if (!state?.terminated || mayRestart(name, state.terminated.exitCode)) continue;
    const isAlive = (status: ContainerStatus) => status.name === name && !status.state?.terminated;
    if (!after[list]?.some(isAlive)) continue;
    const path = `status.${list}[${index}].state`;
    errors.push(forbiddenField(path, 'may not be transitioned to non-terminated state'));
  }
}

function checkAddresses(
  errors: FieldError[],
  field: string,
  next: readonly { ip?: string }[],
  stored: readonly { ip?: string }[],
): void {
  for (const [index, { ip }] of next.entries()) {
    if (!stored.some((known) => known.ip === ip)) checkIp(errors, `${field}[${index}]`, ip);
  }
  const families = new Set(next.map(({ ip }) => ip?.includes(':')));
  if (next.length === families.size || next.length < 2) return;
  const shown = next.map(({ ip = '' }) => ({ IP: ip }));
  errors.push(invalidValue(field, shown, 'may specify no more than one IP for each IP family'));
}

function checkHostAddresses(errors: FieldError[], after: PodStatus, before: PodStatus): void {
  const [first] = after.hostIPs ?? [];
  if (!first) return;
  if (first.ip !== (after.hostIP ?? '')) {
    errors.push(invalidValue('status.hostIPs[0].ip', first.ip, 'must be equal to `hostIP`'));
  }
  checkAddresses(errors, 'status.hostIPs', after.hostIPs ?? [], before.hostIPs ?? []);
}
