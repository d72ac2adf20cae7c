import type { Container, EphemeralContainer, PodSpec } from '../../generated/types.ts';
import { APP_ARMOR_CONTAINER, SECCOMP_CONTAINER, SECCOMP_POD } from './profileAnnotations.ts';

type Annotations = Readonly<Record<string, string>>;

const DEPRECATED: readonly (readonly [key: string, message: string])[] = [
  [
    'scheduler.alpha.kubernetes.io/critical-pod',
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  [
    'security.alpha.kubernetes.io/unsafe-sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
];
const USE_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
export const APP_ARMOR_ADVICE = 'deprecated since v1.30; use the "appArmorProfile" field instead';

/** Annotations whose place fields have taken. `field` leads to the annotations. */
export function* annotationWarnings(annotations: Annotations, field: string): Generator<string> {
  for (const [key, message] of DEPRECATED)
    if (Object.hasOwn(annotations, key)) yield `${field}[${key}]: ${message}`;
}

/** An annotation for all containers, unless the pod's field says the same. */
export function* podProfileWarnings(
  { securityContext }: PodSpec,
  annotations: Annotations,
  field: string,
): Generator<string> {
  if (Object.hasOwn(annotations, SECCOMP_POD) && !securityContext?.seccompProfile)
    yield `${field}[${SECCOMP_POD}]: ${USE_SECCOMP}`;
}

/** Annotations of one container, unless a field says the same. Those of a pod about AppArmor are told of where they become fields. */
export function* containerProfileWarnings(
  { name, securityContext }: Container | EphemeralContainer,
  spec: PodSpec,
  annotations: Annotations,
  field: string,
  isTemplate: boolean,
): Generator<string> {
  const seccomp = SECCOMP_CONTAINER + name;
  if (Object.hasOwn(annotations, seccomp) && !securityContext?.seccompProfile)
    yield `${field}[${seccomp}]: ${USE_SECCOMP}`;
  if (!isTemplate) return;
  const appArmor = APP_ARMOR_CONTAINER + name;
  const profile = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
  if (Object.hasOwn(annotations, appArmor) && !profile) yield `${field}[${appArmor}]: ${APP_ARMOR_ADVICE}`;
}
