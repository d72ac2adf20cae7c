import { type FieldError, invalidValue, notFoundValue } from '../../../apimachinery/fieldErrors.ts';
import type { EnvVar, PodSpec } from '../../../generated/types.ts';

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Variables from files: those of an empty directory of the pod (KEP-3721). */
export function checkFileVariables(errors: FieldError[], field: string, spec: PodSpec): void {
  for (const list of LISTS) {
    for (const [index, { env }] of (spec[list] ?? []).entries()) {
      if (env) checkFiles(errors, `${field}.${list}[${index}].env`, env, spec);
    }
  }
}

function checkFiles(errors: FieldError[], field: string, env: readonly EnvVar[], spec: PodSpec): void {
  for (const [index, { valueFrom }] of env.entries()) {
    if (!valueFrom?.fileKeyRef) continue;
    const { volumeName = '' } = valueFrom.fileKeyRef;
    const path = `${field}[${index}].valueFrom.fileKeyRef.volumeName`;
    const volume = spec.volumes?.findLast(({ name }) => name === volumeName);
    if (!volume) errors.push(notFoundValue(path, volumeName));
    else if (!volume.emptyDir)
      errors.push(invalidValue(path, volumeName, 'referenced volume must be of type emptyDir'));
  }
}
