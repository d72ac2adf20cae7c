import type { PodTemplateSpec } from '../../generated/types.ts';
import { setPodSpecDefaults } from '../pod/podDefaults.ts';
import { isSettled } from './settledSpecs.ts';

/** The template with its defaults, where the request left it out too: validation then says what it lacks. */
export function withTemplateDefaults(given: PodTemplateSpec | undefined): PodTemplateSpec {
  const template = given ?? ({} as PodTemplateSpec);
  template.metadata ??= {};
  template.spec ??= { containers: [] };
  if (!isSettled(template.spec)) setPodSpecDefaults(template.spec);
  return template;
}
