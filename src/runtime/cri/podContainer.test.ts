import { expect, test } from 'vitest';
import type { ContainerIsolation, SecurityProfile } from '../isolation.ts';
import { POD, sh } from '../testing/configs.ts';
import { containerMessage } from './podContainer.ts';

const isolation: ContainerIsolation = {
  user: undefined,
  group: undefined,
  supplementalGroups: [],
  mustNotBeRoot: false,
  privileged: false,
  readOnlyRoot: false,
  noNewPrivileges: false,
  addedCapabilities: [],
  droppedCapabilities: [],
  seccomp: { type: 'Unconfined' },
  appArmor: undefined,
  unmaskedProc: false,
  resources: { cpuShares: 2, cpuQuota: 0, cpuPeriod: 0, memoryLimitBytes: 0, oomScoreAdjust: 1000 },
  terminationMessagePath: '/dev/termination-log',
};

function linuxOf(own: Partial<ContainerIsolation>) {
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
  return containerMessage(config, sandbox, record, { owner: 'me', logPath: 'log', mounts: [] }).linux;
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
