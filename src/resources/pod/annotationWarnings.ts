import type { ObjectMeta, PodSpec } from '../../generated/types.ts';
import { allContainers } from './containers.ts';

const DEPRECATED: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod':
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const USE_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const USE_APP_ARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead';

/** Annotations whose place fields have taken. `field` leads to the annotations, `specField` to the spec. */
export function* annotationWarnings(
  spec: PodSpec,
  metadata: ObjectMeta | undefined,
  field: string,
  specField: string,
): Generator<string> {
  const annotations = metadata?.annotations ?? {};
  for (const key in annotations) {
    if (Object.hasOwn(DEPRECATED, key)) yield `${field}[${key}]: ${DEPRECATED[key]}`;
  }
  if (SECCOMP_POD in annotations && !spec.securityContext?.seccompProfile) {
    yield `${field}[${SECCOMP_POD}]: ${USE_SECCOMP}`;
  }
  for (const { container } of allContainers(spec, specField)) {
    const seccomp = SECCOMP_CONTAINER + container.name;
    if (seccomp in annotations && !container.securityContext?.seccompProfile) {
      yield `${field}[${seccomp}]: ${USE_SECCOMP}`;
    }
    const appArmor = APP_ARMOR + container.name;
    const profile = container.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    if (appArmor in annotations && !profile) yield `${field}[${appArmor}]: ${USE_APP_ARMOR}`;
  }
}
