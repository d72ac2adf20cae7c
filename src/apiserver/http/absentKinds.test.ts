import { expect, test } from 'vitest';
import { jsonOf, startServer } from '../testing/server.ts';

const CUSTOM_KINDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

test.each([[CUSTOM_KINDS, 'CustomResourceDefinitionList', 'apiextensions.k8s.io/v1']])(
  '%s: there are none',
  async (path, kind, apiVersion) => {
    const { send } = await startServer();
    const response = await send('GET', path);
    expect(response.status).toBe(200);
    expect(jsonOf(response)).toMatchObject({ kind, apiVersion, items: [] });
  },
);

test.each([
  ['POST', CUSTOM_KINDS],
  ['GET', `${CUSTOM_KINDS}/a`],
  ['GET', `${CUSTOM_KINDS}?watch=1`],
])('%s %s leads nowhere', async (method, path) => {
  const { send } = await startServer();
  expect((await send(method, path)).status).toBe(404);
});

test('discovery does not tell of them', async () => {
  const { send } = await startServer();
  const { groups } = jsonOf(await send('GET', '/apis'));
  expect(groups.map(({ name }: { name: string }) => name)).not.toContain('apiextensions.k8s.io');
});
