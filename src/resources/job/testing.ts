import type { Job, JobSpec } from '../../generated/types.ts';
import { container } from '../pod/testing.ts';
import { jobs } from './job.ts';

/** A Job of a test as it is created: with its defaults and its selector. */
export function job(spec: Partial<JobSpec> = {}, fields: Partial<Omit<Job, 'spec'>> = {}): Job {
  const template = { metadata: {}, spec: { containers: [container()], restartPolicy: 'Never' } };
  const result: Job = {
    metadata: { name: 'j', namespace: 'default', uid: 'u' },
    spec: { template, ...spec },
  };
  jobs.setDefaults!(result);
  jobs.prepareCreate!(result);
  return { ...result, ...fields };
}
