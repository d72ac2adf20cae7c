import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import type { RegistryCredentials } from '../runtime.ts';
import { POD, sh } from '../testing/configs.ts';
import { CriRuntime } from './criRuntime.ts';
import { TestContainerd } from './testing/containerd.ts';
import { PrivateRegistry } from './testing/privateRegistry.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

const impediment = whyNoContainers();

describe.skipIf(impediment)('an image of a private registry', () => {
  let containerd: TestContainerd;
  let registry: PrivateRegistry;
  let runtime: CriRuntime;
  beforeAll(async () => {
    containerd = await TestContainerd.start();
    registry = await PrivateRegistry.start(join(containerd.directory, 'registry'));
    runtime = await CriRuntime.open({
      clock: new SystemClock(),
      socket: containerd.socket,
      directory: await mkdtemp(join(containerd.directory, 'node-')),
      bridge: containerd.bridge,
      clusterCIDR: '10.199.0.0/16',
    });
  });
  afterAll(async () => {
    await runtime?.close();
    await registry?.stop();
    await containerd?.stop();
  });

  const secret = (rest: Partial<RegistryCredentials> = {}): RegistryCredentials => ({
    registry: registry.host,
    username: registry.user,
    password: registry.password,
    ...rest,
  });

  test.each<[title: string, name: string, secrets: () => RegistryCredentials[]]>([
    ['is pulled by a secret for its host', 'a', () => [secret()]],
    [
      'is pulled by a secret for an address of it',
      'b',
      () => [secret({ registry: `http://${registry.host}/v1/` })],
    ],
    ['is pulled by a secret for its path', 'team/c', () => [secret({ registry: `${registry.host}/team` })]],
    ['is pulled by the secret that will do', 'd', () => [secret({ password: 'wrong' }), secret()]],
  ])('%s', async (_, name, secrets) => {
    const image = `${registry.host}/${name}:1`;
    const { id, sizeBytes } = await runtime.pullImage(image, secrets());
    expect(sizeBytes).toBeGreaterThan(0);
    expect(await runtime.imageStatus(image)).toEqual({ id, sizeBytes });
  });

  test('is in use while a container has it, which names it by its digest, and afterwards goes with all its names', async () => {
    const image = `${registry.host}/used:1`;
    const { id } = await runtime.pullImage(image, [secret()]);
    const own = async () => (await runtime.images.list()).find((stored) => stored.id === id);
    expect(await own()).toMatchObject({ isInUse: false });
    const sandbox = await runtime.runPodSandbox({ ...POD, hostNetwork: true });
    const container = await runtime.createContainer(sandbox.id, sh('sleep 1000', { image }));
    expect(await runtime.containerStatus(container)).toMatchObject({
      imageRef: expect.stringMatching(/^127\.0\.0\.1:\d+\/\w+@sha256:[0-9a-f]{64}$/),
    });
    expect(await own()).toMatchObject({ isInUse: true, isPinned: false });
    await runtime.removePodSandbox(sandbox.id);
    expect(await own()).toMatchObject({ isInUse: false });
    await runtime.images.remove(id);
    expect(await own()).toBeUndefined();
    expect(await runtime.imageStatus(image)).toBeUndefined();
  });

  test('is not pulled without a secret', async () => {
    const image = `${registry.host}/none:1`;
    await expect(runtime.pullImage(image, [])).rejects.toThrow(/failed to pull .*401|authoriz/s);
  });
});
