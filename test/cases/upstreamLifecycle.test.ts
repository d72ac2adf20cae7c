import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/apimachinery/object.ts';
import { createCluster } from '../../src/index.ts';
import { type Call, listen } from './apiCalls.ts';
import { cronJob, daemonSet, job } from './support.ts';

// What upstream's conformance suite does with each kind over the API: made, listed, watched, patched, updated, deleted as a collection.

const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';

const kinds: Record<string, { group: string; plural: string; object: KubernetesObject; warns?: true }> = {
  DaemonSet: { group: 'apps/v1', plural: 'daemonsets', object: daemonSet('work') },
  Job: { group: 'batch/v1', plural: 'jobs', object: job('work', 'sleep 5', { suspend: true }), warns: true },
  CronJob: { group: 'batch/v1', plural: 'cronjobs', object: cronJob('work', '* */1 * * ?', 'true') },
};

/** The changes since a version: type and annotations or labels by which they are known. */
async function changesSince(call: Call, path: string, resourceVersion: string): Promise<readonly string[]> {
  const { body } = await call(
    'GET',
    `${path}&watch=true&timeoutSeconds=1&resourceVersion=${resourceVersion}`,
  );
  return [body].flat().map(({ type, object }) => {
    const { annotations = {}, labels = {} } = object.metadata;
    return [type, ...['patched', 'updated'].filter((key) => annotations[key] ?? labels[key])].join(' ');
  });
}

for (const [kind, { group, plural, object, warns }] of Object.entries(kinds)) {
  describe(`a ${kind}`, () => {
    const everywhere = `/apis/${group}/${plural}?labelSelector=e2e%3Dyes`;
    const all = `/apis/${group}/namespaces/default/${plural}`;
    const selected = `${all}?labelSelector=e2e%3Dyes`;
    const labelled = { ...object, metadata: { ...object.metadata, labels: { e2e: 'yes' } } };

    test('goes through its life over the API, and who watches from the list before sees it', async () => {
      await using cluster = await createCluster({ nodes: 1, clock: 'system' });
      const call = await listen(cluster);
      const before = (await call('GET', selected)).body.metadata.resourceVersion;
      const made = (await call('POST', all, labelled)).body;
      expect((await call('GET', everywhere)).body.items).toHaveLength(1);
      const labels = { patched: 'true' };
      await call('PATCH', `${all}/work`, { metadata: { labels } }, STRATEGIC);
      const now = (await call('GET', `${all}/work`)).body;
      const annotations = { ...now.metadata.annotations, updated: 'true' };
      const next = { ...now, metadata: { ...now.metadata, annotations, resourceVersion: undefined } };
      expect((await call('PUT', `${all}/work`, next)).status).toBe(200);
      expect((await call('GET', `${all}/work/status`)).body.metadata.uid).toBe(made.metadata.uid);
      const options = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        gracePeriodSeconds: 1,
        propagationPolicy: 'Background',
      };
      expect((await call('DELETE', selected, options)).body.kind).toBe(`${kind}List`);
      expect((await call('GET', everywhere)).body.items).toEqual([]);
      const changes = await changesSince(call, selected, before);
      expect([changes[0], changes.at(-1)]).toEqual(['ADDED', 'DELETED patched updated']);
      expect(changes).toEqual(expect.arrayContaining(['MODIFIED patched', 'MODIFIED patched updated']));
    });

    test('is not changed by what is tried dry', async () => {
      await using cluster = await createCluster({ nodes: 0 });
      const call = await listen(cluster);
      const dry = 'dryRun=All';
      expect((await call('POST', `${all}?${dry}`, labelled)).body.metadata.uid).toBeDefined();
      expect((await call('GET', everywhere)).body.items).toEqual([]);
      await call('POST', all, labelled);
      await cluster.clock.settle();
      const before = (await call('GET', `${all}/work`)).body;
      const annotations = { tried: 'yes' };
      const patched = await call('PATCH', `${all}/work?${dry}`, { metadata: { annotations } }, MERGE);
      expect(patched.body.metadata.annotations).toMatchObject(annotations);
      await call('PUT', `${all}/work?${dry}`, { ...before, metadata: { ...before.metadata, annotations } });
      await call('PATCH', `${all}/work/status?${dry}`, { metadata: { annotations } }, MERGE);
      await call('DELETE', `${all}/work?${dry}`);
      await call('DELETE', `${selected}&${dry}`);
      expect((await call('GET', `${all}/work`)).body).toEqual(before);
    });

    test('takes a patch with a field that nobody knows, with a warning', async () => {
      await using cluster = await createCluster({ nodes: 0 });
      const call = await listen(cluster);
      await call('POST', all, labelled);
      const patch = { metadata: { labels: { patched: 'true' } }, updateStrategy: { type: 'RollingUpdate' } };
      const { status, warning } = await call('PATCH', `${all}/work`, patch, STRATEGIC);
      expect([status, warning]).toEqual([200, '299 - "unknown field \\"updateStrategy\\""']);
    });

    test(`${warns ? 'warns' : 'says nothing'} when it is deleted without a word about what it owns`, async () => {
      await using cluster = await createCluster({ nodes: 0 });
      const call = await listen(cluster);
      await call('POST', all, labelled);
      for (const path of [`${all}/work`, selected]) {
        const { warning } = await call('DELETE', path);
        expect(warning.includes('preserved by default')).toBe(warns ?? false);
      }
      await call('POST', all, labelled);
      expect((await call('DELETE', `${all}/work?propagationPolicy=Background`)).warning).toBe('');
    });
  });
}
