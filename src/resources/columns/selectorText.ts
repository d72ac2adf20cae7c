import { type Labels, labelSelectorOf } from '../../apimachinery/labels.ts';
import type { LabelSelector } from '../../generated/types.ts';

/** What upstream shows where there is nothing. */
export const NONE = '<none>';

/** A label selector in kubectl's syntax; `<none>` when it is undefined or empty (`metav1.FormatLabelSelector`). */
export function selectorText(selector: LabelSelector | undefined): string {
  if (!selector) return NONE;
  try {
    return labelSelectorOf(selector).toString() || NONE;
  } catch {
    return '<error>';
  }
}

/** Labels as `a=1,b=2`, ordered by key; `<none>` without any (`labels.FormatLabels`). */
export const labelsText = (labels: Labels | undefined): string =>
  Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels![key]}`)
    .join(',') || NONE;
