import { controllerOf, nameOf, uidOf } from '../../apimachinery/object.ts';
import type { Job } from '../../generated/types.ts';
import type { PromiseToKeep } from './promise.ts';

/** When a DaemonJob makes the job of a node, no other job of the same template is there for that node, whether it has ended or not. */
export const oneJobPerNode: PromiseToKeep = {
  name: 'a DaemonJob never has two jobs for one node and one template',
  watch: (world) => ({
    afterChange({ kind, type, object }) {
      if (kind !== 'Job' || type !== 'ADDED' || controllerOf(object)?.kind !== 'DaemonJob') return undefined;
      const job = object as Job;
      const twin = world
        .all('Job')
        .find((other) => uidOf(other) !== uidOf(job) && purposeOf(other) === purposeOf(job));
      return twin && `job ${nameOf(job)} was made for a node that ${nameOf(twin)} is for`;
    },
  }),
};

/** Whose it is, for which node, and of which template. */
const purposeOf = (job: Job): string =>
  [
    controllerOf(job)?.uid,
    job.metadata.annotations?.['sampan.dev/node-uid'],
    job.metadata.labels?.['sampan.dev/template-hash'],
  ].join(' ');
