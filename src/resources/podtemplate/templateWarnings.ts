import { dns1123Label } from '../../apimachinery/nameRules.ts';
import { type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import type { PodTemplateSpec } from '../../generated/types.ts';
import { podWarnings } from '../pod/podWarnings.ts';
import { semanticEqual } from '../semanticEqual.ts';

/** The warnings of a template, if it `isNews`: of what has not changed nobody is warned again. */
export function templateWarnings(
  field: string,
  template: PodTemplateSpec | undefined,
  isNews: boolean,
): string[] {
  return template?.spec && isNews ? podWarnings(template.spec, template.metadata, field) : [];
}

/** Whether what is asked for is new or has changed in whatever part, `metadata.generation` then moves. */
export const hasNewSpec = <T extends { readonly spec?: unknown }>(
  object: T,
  stored: T | undefined,
): boolean => !stored || !semanticEqual(object.spec, stored.spec);

/** Whether the template is new or has changed. */
export const isNewTemplate = (
  template: PodTemplateSpec | undefined,
  stored: PodTemplateSpec | undefined,
): boolean => !stored || !semanticEqual(template, stored);

/** A name that pods are called after should be a DNS label. */
export function podNameWarnings(object: KubernetesObject): string[] {
  const problems = dns1123Label(nameOf(object));
  if (problems.length === 0) return [];
  const advice =
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended';
  return [`${advice}: [${problems.join(' ')}]`];
}
