import { expect, test } from 'vitest';
import { jsonOf, startServer } from '../../testing/server.ts';

interface Entry {
  readonly name: string;
  readonly storageVersionHash?: string;
}

const resources = async (path: string): Promise<Map<string, Entry>> => {
  const { send } = await startServer();
  const found: Entry[] = jsonOf(await send('GET', path)).resources;
  return new Map(found.map((entry) => [entry.name, entry]));
};

/** As a cluster of upstream's answers. */
test('a kind tells of the version in which it is stored', async () => {
  expect((await resources('/api/v1')).get('pods')!.storageVersionHash).toBe('xPOwRZ+Yhw8=');
});

test('all versions of a kind are stored in one', async () => {
  const [stable, beta] = await Promise.all([resources('/apis/batch/v1'), resources('/apis/batch/v1beta1')]);
  const { storageVersionHash } = stable.get('cronjobs')!;
  expect(storageVersionHash).toMatch(/^.{11}=$/);
  expect(beta.get('cronjobs')).toMatchObject({ storageVersionHash });
});

test.each([
  ['/api/v1', 'pods/status'],
  ['/apis/authorization.k8s.io/v1', 'subjectaccessreviews'],
])('in %s, %s is not stored', async (path, name) => {
  expect((await resources(path)).get(name)).not.toHaveProperty('storageVersionHash');
});
