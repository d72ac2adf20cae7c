import { expect, test } from 'vitest';
import type { Deployment } from '../../generated/types.ts';
import { Deployments } from '../../resources/kinds.ts';
import { ReplicaSetController } from '../replicaset/controller.ts';
import { aTemplate } from '../testing/builders.ts';
import { TestCluster } from '../testing/cluster.ts';
import { aDeployment, aReplicaSet } from '../testing/deployments.ts';
import { DeploymentController } from './controller.ts';
import { rollbackOf } from './rollback.ts';

const ROLLBACK_TO = 'deprecated.deployment.rollback.to';
const CAUSE = 'kubernetes.io/change-cause';

const replicaSets = [
  aReplicaSet('first', { image: 'nginx:1', replicas: 0, revision: 1 }),
  aReplicaSet('second', { image: 'nginx:2', replicas: 10, revision: 2 }),
];
const cases: Record<string, { to: string; only?: 'first'; paused?: true; want: string | undefined }> = {
  'to a revision': { to: '1', want: 'Normal DeploymentRollback: Rolled back deployment "web" to revision 1' },
  'to the last revision': {
    to: '0',
    want: 'Normal DeploymentRollback: Rolled back deployment "web" to revision 1',
  },
  'to the last revision, when there is none': {
    to: '0',
    only: 'first',
    want: 'Warning DeploymentRollbackRevisionNotFound: Unable to find last revision.',
  },
  'to a revision that is not there': {
    to: '7',
    want: 'Warning DeploymentRollbackRevisionNotFound: Unable to find the revision to rollback to.',
  },
  'to where it is': {
    to: '2',
    want: 'Warning DeploymentRollbackTemplateUnchanged: The rollback revision contains the same template as current deployment "web"',
  },
  'to what is no revision': { to: 'back', want: undefined },
  'while it is paused': { to: '1', paused: true, want: undefined },
};
test.each(Object.entries(cases))('%s', (_, { to, only, paused = false, want }) => {
  const deployment = aDeployment({ paused }, {}, { [ROLLBACK_TO]: to, [CAUSE]: 'second' });
  const rollback = rollbackOf(deployment, only ? replicaSets.slice(0, 1) : replicaSets);
  expect(rollback && `${rollback.type} ${rollback.reason}: ${rollback.message}`).toBe(want);
  expect(rollback?.next.metadata.annotations?.[ROLLBACK_TO]).toBeUndefined();
});

test('a deployment goes back with the annotations of that revision, and rolls out', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run((context, run) => {
    run(new DeploymentController(context));
    run(new ReplicaSetController(context));
  });
  const ref = { name: 'web', namespace: 'default' };
  const first: Deployment = {
    metadata: { ...ref, annotations: { [CAUSE]: 'first' } },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: aTemplate('web', 'nginx:1') },
  };
  await client.create(Deployments, first);
  await clock.advance(10_000);
  const annotate = (annotations: Record<string, string>, spec: object = {}) =>
    client.patch(Deployments, ref, { type: 'merge', body: { metadata: { annotations }, spec } });
  await annotate({ [CAUSE]: 'second' }, { template: aTemplate('web', 'nginx:2') });
  await clock.advance(30_000);
  await annotate({ [ROLLBACK_TO]: '0' });
  await clock.advance(30_000);
  const { metadata, spec, status } = await client.get(Deployments, ref);
  expect(metadata.annotations).toEqual({ [CAUSE]: 'first', 'deployment.kubernetes.io/revision': '3' });
  expect(spec.template).toMatchObject({ metadata: { labels: { app: 'web' } } });
  expect(spec.template.spec.containers[0]?.image).toBe('nginx:1');
  expect(status).toMatchObject({ updatedReplicas: 2, availableReplicas: 2, replicas: 2 });
  expect(await cluster.events()).toContain('DeploymentRollback: Rolled back deployment "web" to revision 1');
});
