import type { JobSpec } from '../../generated/types.ts';
import { podWarnings } from '../pod/podWarnings.ts';

const MANY_COMPLETIONS = 100_000;
const MUCH_PARALLELISM = 10_000;

/** What is legal in a Job's spec, of itself or in a CronJob, and yet hardly meant so (`WarningsForJobSpec`). */
export function jobSpecWarnings(field: string, spec: JobSpec | undefined): string[] {
  const template = spec?.template;
  return [
    ...trackingWarnings(field, spec),
    ...(template?.spec ? podWarnings(template.spec, template.metadata, `${field}.template`) : []),
  ];
}

function trackingWarnings(field: string, spec: JobSpec | undefined): string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec ?? {};
  if (completionMode !== 'Indexed' || completions <= MANY_COMPLETIONS || parallelism <= MUCH_PARALLELISM)
    return [];
  return [
    `${field}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
  ];
}
