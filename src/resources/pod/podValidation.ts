import { type FieldError, forbiddenField } from '../../apimachinery/fieldErrors.ts';
import { nameOf } from '../../apimachinery/object.ts';
import type { Pod } from '../../generated/types.ts';
import { checkAppArmorAnnotations, checkSeccompAnnotations } from './validation/annotatedProfiles.ts';
import { checkPodAnnotations, isMirrorPod } from './validation/annotations.ts';
import { checkImageSpaces } from './validation/containers.ts';
import { checkPodSpec, checkTokenVolumes } from './validation/podSpec.ts';

/** What is wrong with a new pod (`ValidatePodCreate`). */
export function validatePod(pod: Pod): FieldError[] {
  const errors: FieldError[] = [];
  checkPodForm(errors, pod);
  const { ephemeralContainers, schedulingGates, nodeName } = pod.spec;
  if (ephemeralContainers?.length) {
    errors.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (nodeName && schedulingGates?.length) {
    errors.push(forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  checkSeccompAnnotations(errors, 'spec', pod.metadata.annotations, pod.spec);
  checkAppArmorAnnotations(errors, 'spec', pod.metadata.annotations, pod.spec);
  return errors;
}

/** What must hold of a pod, new or not. */
export function checkPodForm(errors: FieldError[], pod: Pod): void {
  const { metadata, spec } = pod;
  checkPodAnnotations(errors, 'metadata.annotations', metadata.annotations, spec);
  const isStatic = isMirrorPod(metadata.annotations);
  checkPodSpec(errors, 'spec', spec, { kind: 'pod', name: nameOf(pod), isStatic });
  checkTokenVolumes(errors, 'spec', spec);
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      checkImageSpaces(errors, `spec.${list}[${index}]`, container);
    }
  }
}
