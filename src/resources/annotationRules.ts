import { parseDuration } from '../clock/duration.ts';
import type { ObjectMeta } from '../generated/types.ts';

/** What the value of an annotation under `sampan.dev/` must be, and how that is said. */
export type AnnotationRule = readonly [
  name: string,
  isValid: (text: string, metadata: ObjectMeta) => boolean,
  valid: string,
];

export const SWITCH = '"true" or "false"';
export const isSwitch = (text: string): boolean => text === 'true' || text === 'false';

export const DURATION = 'a duration, "30s" or "5m"';
export const isDuration = (text: string): boolean => parseDuration(text) !== undefined;

/** What is wrong with the annotations, for whoever writes them: a malformed one is ignored. `field` is where they stand. */
export function annotationWarnings(
  metadata: ObjectMeta | undefined,
  rules: readonly AnnotationRule[],
  field = 'metadata.annotations',
): readonly string[] {
  const annotations = metadata?.annotations ?? {};
  return rules.flatMap(([name, isValid, valid]) => {
    const text = annotations[name];
    if (text === undefined || isValid(text, metadata!)) return [];
    return [`${field}[${name}]: ${JSON.stringify(text)} is ignored: it must be ${valid}`];
  });
}
