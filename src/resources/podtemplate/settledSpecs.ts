import { deepCopy } from '../../apimachinery/object.ts';
import type { PodSpec } from '../../generated/types.ts';

/**
 * Pod specs of templates that have their defaults and were found right. Who makes objects of such a template, as a CronJob its Jobs, may
 * pass the spec itself on: it needs neither a copy nor a second look.
 */
const right = new WeakSet<PodSpec>();

/** To be called for a spec with its defaults and without errors, which nobody changes any more once it is stored. */
export const noteSettled = (spec: PodSpec): void => void right.add(spec);

/** Whether the spec was found right, and is frozen: nobody can have changed it since. */
export const isSettled = (spec: PodSpec | undefined): boolean =>
  spec !== undefined && right.has(spec) && Object.isFrozen(spec);

interface Templated {
  readonly spec?: { readonly template?: { readonly spec?: PodSpec } };
}

/** A copy to be changed, save for the pod spec of its template where that is settled: it is shared. */
export function copyUnsettled<T extends object>(object: T): T {
  const { spec } = object as Templated;
  if (!isSettled(spec?.template?.spec)) return deepCopy(object);
  const { template, ...others } = spec!;
  const { spec: shared, ...metadata } = template!;
  return {
    ...deepCopy({ ...object, spec: undefined }),
    spec: { ...deepCopy(others), template: { ...deepCopy(metadata), spec: shared } },
  };
}
