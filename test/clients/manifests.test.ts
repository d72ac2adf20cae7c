import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { TestCluster } from '../support/cluster.ts';
import { KUBECTL_VERSIONS } from '../support/kubectl.ts';

// Files as people publish them, with fields from all over the API.
const folder = join(import.meta.dirname, 'manifests');
const files = readdirSync(folder);

/** kubectl 1.20 has no type for it and patches it as plain JSON, in which lists with and without their defaults differ. */
const UNKNOWN_TO = { 'v1.20.0': ['CronJob'], 'v1.35.2': [] } as const satisfies Record<
  string,
  readonly string[]
>;

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** By the rules of YAML 1.1, as kubectl reads it: 0400 is octal. */
const documents = (path: string) => parseAllDocuments(readFileSync(path, 'utf8'), { version: '1.1' });

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
afterAll(() => cluster.stop());

describe.each(KUBECTL_VERSIONS)('kubectl %s', (version) => {
  const kubectl = async (...args: string[]): Promise<string> => {
    const { stdout, stderr, code } = await cluster.kubectl(version, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };

  test.each(files)('%s is applied, loses nothing, and applied again changes nothing', async (file) => {
    const path = join(folder, file);
    const manifests = documents(path).map((each) => each.toJS() as Manifest);
    await kubectl('apply', '-f', path);
    // An old kubectl asks for CronJobs in the version that it knows.
    for (const { apiVersion: _, ...sent } of manifests) {
      const { name, namespace = 'default' } = sent.metadata;
      const live = await kubectl('get', sent.kind, name, '-n', namespace, '-o', 'json');
      expect(JSON.parse(live)).toMatchObject(sent);
    }
    const again = (await kubectl('apply', '-f', path)).trimEnd().split('\n');
    const outcomes = manifests.map(({ kind }, index) => [kind, again[index]!.split(' ')[1]]);
    const known = outcomes.filter(([kind]) => !UNKNOWN_TO[version].some((unknown) => unknown === kind));
    expect(known).toEqual(known.map(([kind]) => [kind, 'unchanged']));
    const generations = await kubectl('get', '-f', path, '-o', 'jsonpath={.items[*].metadata.generation}');
    expect(new Set(generations.split(' ').filter(Boolean))).not.toContain('2');
    await kubectl('delete', '-f', path);
  });
});
