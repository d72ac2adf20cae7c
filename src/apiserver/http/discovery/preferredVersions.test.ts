import { expect, test } from 'vitest';
import { jsonOf, startServer } from '../../testing/server.ts';

const preferred = async (userAgent: string) => {
  const { send } = await startServer();
  const { groups } = jsonOf(await send('GET', '/apis', { headers: { 'user-agent': userAgent } }));
  return Object.fromEntries(
    groups.map(({ name, preferredVersion }: { name: string; preferredVersion: { version: string } }) => [
      name,
      preferredVersion.version,
    ]),
  );
};

test.each([
  'kubectl/v1.20.0 (linux/amd64) kubernetes/af46c47',
  'kubectl-v1.20.0/v1.20.0 (linux/amd64) kubernetes/af46c47',
])('%s is told of the CronJobs that it knows', async (userAgent) => {
  expect(await preferred(userAgent)).toMatchObject({ batch: 'v1beta1', apps: 'v1' });
});

test.each(['kubectl/v1.35.2 (linux/amd64) kubernetes/fdc9d74', 'curl/8.0', ''])(
  'to "%s" the newest version is the best',
  async (userAgent) => {
    expect(await preferred(userAgent)).toMatchObject({ batch: 'v1', apps: 'v1' });
  },
);

const OLD = 'kubectl/v1.20.0 (linux/amd64) kubernetes/af46c47';
const BETA = '/apis/batch/v1beta1/namespaces/default/cronjobs';
test.each([
  ['GET', OLD, undefined],
  ['GET', 'kubectl/v1.35.2 (linux/amd64) kubernetes/fdc9d74', expect.stringContaining('is deprecated')],
])('%s of an old version by %s', async (method, userAgent, want) => {
  const { send } = await startServer();
  const { headers } = await send(method, BETA, { headers: { 'user-agent': userAgent } });
  expect(headers?.warning).toEqual(want);
});

test('a write to an old version is warned of, whoever it is', async () => {
  const { send } = await startServer();
  const { headers } = await send('POST', BETA, { headers: { 'user-agent': OLD }, body: {} });
  expect(headers?.warning).toContain('is deprecated');
});
