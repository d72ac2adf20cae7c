import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ContainerIsolation, SecurityProfile } from '../isolation.ts';
import { POD, sh } from '../testing/configs.ts';
import { hasUnifiedGroups, unifiedSettings } from './controlGroups.ts';
import { containerMessage, NOT_TOLD } from './podContainer.ts';

const isolation: ContainerIsolation = {
  ...NOT_TOLD,
  resources: { ...NOT_TOLD.resources, cpuShares: 2, oomScoreAdjust: 1000 },
};

const MORE = { owner: 'me', logPath: 'log', mounts: [] };

function linuxOf(own: Partial<ContainerIsolation>, isUnified = false) {
  const config = sh('true', { isolation: { ...isolation, ...own } });
  const sandbox = {
    id: 's',
    config: POD,
    state: 'ready',
    ip: '10.0.0.2',
    reachableAt: '10.0.0.2',
    createdAt: 0,
  } as const;
  const record = {
    sandboxId: 's',
    podUid: POD.uid,
    image: config.image,
    logPath: '/log',
    tty: false,
    terminationMessageFile: '/words',
  };
  return containerMessage(config, sandbox, record, { ...MORE, unified: unifiedSettings(isUnified) }).linux;
}

const PROFILE = '/var/lib/kubelet/seccomp/profiles/audit.json';
const profiles: [SecurityProfile, object][] = [
  [{ type: 'RuntimeDefault' }, { profileType: 0, localhostRef: '' }],
  [{ type: 'Unconfined' }, { profileType: 1, localhostRef: '' }],
  [
    { type: 'Localhost', name: PROFILE },
    { profileType: 2, localhostRef: PROFILE },
  ],
];
test.each(profiles)(
  'the profile %j of seccomp and of AppArmor is sent as the kubelet sends it',
  (given, want) => {
    const { securityContext } = linuxOf({ seccomp: given, appArmor: given });
    expect(securityContext).toMatchObject({ seccomp: want, apparmor: want });
  },
);

test('out of memory a container ends as a whole, where control groups can be told so', () => {
  expect(linuxOf({}, true).resources.unified).toEqual({ 'memory.oom.group': '1' });
  expect(linuxOf({}, false).resources.unified).toEqual({});
});

test('a host has version 2 of control groups when their root has its file', () => {
  const root = mkdtempSync(join(tmpdir(), 'sampan-groups-'));
  expect(hasUnifiedGroups(root)).toBe(false);
  writeFileSync(join(root, 'cgroup.controllers'), 'cpu memory\n');
  expect(hasUnifiedGroups(root)).toBe(true);
  rmSync(root, { recursive: true });
});
