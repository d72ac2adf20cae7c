import { dns1123Label } from '../../apimachinery/nameRules.ts';
import { type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import type { PodTemplateSpec } from '../../generated/types.ts';
import { podWarnings } from '../pod/podWarnings.ts';
import { semanticEqual } from '../semanticEqual.ts';

/** The warnings of a template that is new or has changed. */
export function templateWarnings(
  field: string,
  template: PodTemplateSpec | undefined,
  stored: PodTemplateSpec | undefined,
): string[] {
  if (!template?.spec || (stored && semanticEqual(template, stored))) return [];
  return podWarnings(template.spec, template.metadata, field);
}

/** A name that pods are called after should be a DNS label. */
export function podNameWarnings(object: KubernetesObject): string[] {
  const problems = dns1123Label(nameOf(object));
  if (problems.length === 0) return [];
  const advice =
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended';
  return [`${advice}: [${problems.join(' ')}]`];
}
