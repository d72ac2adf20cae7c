import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Client } from '../../client/client.ts';
import type { Pod } from '../../generated/types.ts';
import { makeVolumes, mountsOf } from './volumes.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sampan-volumes-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('an empty volume may be written to by any user of a container', async () => {
  const container = { name: 'main', volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] };
  const pod: Pod = {
    metadata: { name: 'p', namespace: 'default', uid: 'uid-1' },
    spec: { containers: [container], volumes: [{ name: 'scratch', emptyDir: {} }] },
  };
  // An empty volume asks nothing of the API.
  const client = {} as Client;
  await makeVolumes(pod, directory, {
    client,
    node: { hostIPs: [], allocatable: {}, podIP: '' },
    withTokens: false,
  });
  const [mount] = await mountsOf(pod, container, directory, new Map());
  expect((await stat(mount!.hostPath)).mode & 0o777).toBe(0o777);
});

test.each(['None', 'HostToContainer', 'Bidirectional'])(
  'a mount says how later mounts spread: %s',
  async (mountPropagation) => {
    const pod = { metadata: {}, spec: { containers: [], volumes: [{ name: 'v', hostPath: { path: '/' } }] } };
    const container = { name: 'main', volumeMounts: [{ name: 'v', mountPath: '/host', mountPropagation }] };
    expect(await mountsOf(pod, container, '/nowhere', new Map())).toEqual([
      { containerPath: '/host', hostPath: '/', readOnly: false, propagation: mountPropagation },
    ]);
  },
);
