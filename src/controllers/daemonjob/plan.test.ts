import { expect, test } from 'vitest';
import { nameOf } from '../../apimachinery/object.ts';
import type { DaemonJob, DaemonJobSpec, DaemonJobStatus, Job, JobSpec, Node } from '../../generated/types.ts';
import { aNode, aTemplate, storedMeta } from '../testing/builders.ts';
import { hashOf, nodeJob } from './nodeJob.ts';
import { type Action, planDaemonJob } from './plan.ts';

const NOW = Date.parse('2026-11-27T10:00:00Z');

const aDaemonJob = (spec: Partial<DaemonJobSpec> = {}, status?: DaemonJobStatus): DaemonJob => ({
  apiVersion: 'sampan.dev/v1',
  kind: 'DaemonJob',
  metadata: { ...storedMeta('scrub'), generation: 1 },
  spec: { jobTemplate: { spec: { template: aTemplate('scrub') } }, ...spec },
  ...(status && { status }),
});
const older = aDaemonJob({ jobTemplate: { spec: { template: aTemplate('scrub', 'old') } } });

const nodes = ['n1', 'n2', 'n3'].map((name) => aNode(name));

interface JobFields {
  end?: 'Complete' | 'Failed';
  of?: DaemonJob;
  suspend?: boolean;
  deleting?: boolean;
}
function jobOn(node: Node, { end, of = aDaemonJob(), suspend, deleting }: JobFields = {}): Job {
  const job = nodeJob(of, node, hashOf(of));
  return {
    ...job,
    metadata: {
      ...storedMeta(nameOf(job)),
      ...job.metadata,
      ...(deleting && { deletionTimestamp: '2026-11-27T09:59:00Z' }),
    },
    spec: { ...job.spec, ...(suspend !== undefined && { suspend }) } as JobSpec,
    ...(end && { status: { conditions: [{ type: end, status: 'True' }] } }),
  };
}
const [n1, n2, n3] = nodes as [Node, Node, Node];
const done = (...ended: Node[]) => ended.map((node) => jobOn(node, { end: 'Complete' }));

function inWords(action: Action, jobs: readonly Job[]): string {
  const nodeOf = (job: Job) =>
    jobs.find((other) => nameOf(other) === nameOf(job))?.metadata.annotations?.['sampan.dev/node'];
  switch (action.kind) {
    case 'createJob':
      return `run on ${nameOf(action.node)}`;
    case 'deleteJob':
      return `delete that of ${nodeOf(action.job)} (${action.because})`;
    case 'setSuspend':
      return `${action.suspend ? 'suspend' : 'resume'} that of ${nodeOf(action.job)}`;
    case 'announce':
      return `tell ${action.reason}: ${action.message}`;
    case 'updateStatus': {
      const { desired, active, succeeded, failed } = action.status;
      return `status: ${desired} desired, ${active} active, ${succeeded} succeeded, ${failed} failed`;
    }
  }
}

interface Case {
  daemonJob?: DaemonJob;
  nodes?: Node[];
  jobs?: Job[];
  want: string[];
}
const cases: Record<string, Case> = {
  'every node gets a job of its own': {
    want: ['status: 3 desired, 0 active, 0 succeeded, 0 failed', 'run on n1', 'run on n2', 'run on n3'],
  },
  'one that joins gets its own too': {
    jobs: done(n1, n2),
    want: ['status: 3 desired, 0 active, 2 succeeded, 0 failed', 'run on n3'],
  },
  'a new node of an old name is another node': {
    nodes: [{ ...n1, metadata: { ...n1.metadata, uid: 'another' } }],
    jobs: done(n1),
    want: ['status: 1 desired, 0 active, 0 succeeded, 0 failed', 'delete that of n1 (nodeGone)', 'run on n1'],
  },
  'when all have succeeded it is complete': {
    jobs: done(n1, n2, n3),
    want: ['tell Completed: Succeeded on all 3 nodes', 'status: 3 desired, 0 active, 3 succeeded, 0 failed'],
  },
  'one that has failed is told of, and not run again': {
    jobs: [...done(n1, n2), jobOn(n3, { end: 'Failed' })],
    want: [
      'tell FailedOnNode: The job of node n3 has failed',
      'status: 3 desired, 0 active, 2 succeeded, 1 failed',
    ],
  },
  'no more run at once than are wanted': {
    daemonJob: aDaemonJob({ maxParallel: 2 }),
    jobs: [jobOn(n2)],
    want: ['status: 3 desired, 1 active, 0 succeeded, 0 failed', 'run on n1'],
  },
  'a percentage is of the nodes, and one runs always': {
    daemonJob: aDaemonJob({ maxParallel: '10%' }),
    want: ['status: 3 desired, 0 active, 0 succeeded, 0 failed', 'run on n1'],
  },
  'nodes that the template does not name are left out': {
    daemonJob: aDaemonJob({
      jobTemplate: { spec: { template: aTemplate('scrub', 'nginx', { nodeSelector: { disk: 'ssd' } }) } },
    }),
    nodes: [n1, aNode('n2', { labels: { disk: 'ssd' } })],
    want: ['status: 1 desired, 0 active, 0 succeeded, 0 failed', 'run on n2'],
  },
  'what a node has done stays when it takes no more': {
    nodes: [aNode('n1', { taints: [{ key: 'dedicated', effect: 'NoExecute' }] }), n2],
    jobs: done(n1),
    want: ['status: 1 desired, 0 active, 0 succeeded, 0 failed', 'run on n2'],
  },
  'what is under way there does not': {
    nodes: [aNode('n1', { taints: [{ key: 'dedicated', effect: 'NoExecute' }] })],
    jobs: [jobOn(n1)],
    want: ['status: 0 desired, 1 active, 0 succeeded, 0 failed', 'delete that of n1 (unwanted)'],
  },
  'another template runs anew, once the old one is gone from the node': {
    nodes: [n1, n2],
    jobs: [jobOn(n1, { of: older, end: 'Complete' }), jobOn(n2, { of: older, deleting: true })],
    want: ['status: 2 desired, 0 active, 0 succeeded, 0 failed', 'delete that of n1 (outdated)'],
  },
  'suspended, nothing new is made, and what is under way rests': {
    daemonJob: aDaemonJob({ suspend: true }),
    jobs: [...done(n1), jobOn(n2)],
    want: ['status: 3 desired, 1 active, 1 succeeded, 0 failed', 'suspend that of n2'],
  },
  'and goes on afterwards': {
    nodes: [n1],
    jobs: [jobOn(n1, { suspend: true })],
    want: ['status: 1 desired, 1 active, 0 succeeded, 0 failed', 'resume that of n1'],
  },
  'a cluster without nodes is nothing complete': {
    nodes: [],
    want: ['status: 0 desired, 0 active, 0 succeeded, 0 failed'],
  },
};
for (const [name, { daemonJob = aDaemonJob(), nodes: present = nodes, jobs = [], want }] of Object.entries(
  cases,
)) {
  test(name, () => {
    const { stages } = planDaemonJob({ daemonJob, nodes: present, jobs }, NOW);
    expect(stages.flat().map((action) => inWords(action, jobs))).toEqual(want);
  });
}

test('what is told already is not told again', () => {
  const jobs = [...done(n1, n2), jobOn(n3, { end: 'Failed' })];
  const [, [first] = []] = planDaemonJob({ daemonJob: aDaemonJob(), nodes, jobs }, NOW).stages;
  const told = aDaemonJob({}, first?.kind === 'updateStatus' ? first.status : undefined);
  expect(planDaemonJob({ daemonJob: told, nodes, jobs }, NOW + 60_000).stages).toEqual([]);
});
