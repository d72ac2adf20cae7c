import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { VIRTUAL_EPOCH } from '../../clock/virtualClock.ts';
import type { Resource } from '../resource.ts';

/** An object's row, by the names of the columns. */
export const cellsOf = <T extends KubernetesObject>(
  resource: Resource<T>,
  object: T,
  now: EpochMs = VIRTUAL_EPOCH,
): Record<string, unknown> =>
  Object.fromEntries(resource.columns.map((column) => [column.name, column.cell(object, now)]));
