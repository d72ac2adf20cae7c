import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONTAINER_EXITED, CONTAINER_RUNNING, type ContainerStatusMessage } from './containerMessages.ts';
import { OomKills } from './oomKills.ts';

const ID = 'a'.repeat(63);
const MINE = `${ID}1`;
const OTHER = `${ID}2`;
const SCOPE = (id: string) => `/sampan.slice/cri-containerd-${id}.scope`;

/** As Linux 6.1 logs them. */
const killed = (group: string) =>
  `6,1204,873252524,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${group.slice(group.lastIndexOf('/') + 1)},mems_allowed=0,oom_memcg=${group},task_memcg=${group},task=tail,pid=11012,uid=0\n`;
const groupKilled = (group: string) =>
  `6,1206,873253317,-;Tasks in ${group} are going to be killed due to memory.oom.group set\n`;
const OTHER_NEWS = `6,1207,873253400,-;sampan0: port 3(veth0) entered disabled state\n SUBSYSTEM=net\n`;

const status = (rest: Partial<ContainerStatusMessage> = {}): ContainerStatusMessage => ({
  id: MINE,
  metadata: { name: 'main', attempt: 0 },
  state: CONTAINER_EXITED,
  createdAt: 1,
  startedAt: 2,
  finishedAt: 3,
  exitCode: 137,
  image: { image: 'busybox:1' },
  imageRef: '',
  reason: 'Error',
  message: '',
  annotations: {},
  imageId: '',
  ...rest,
});

let folder: string;
let log: string;
let kills: OomKills;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sampan-kmsg-'));
  log = join(folder, 'kmsg');
  writeFileSync(log, OTHER_NEWS);
  kills = new OomKills(log);
});
afterEach(() => {
  kills.close();
  rmSync(folder, { recursive: true });
});

describe('the reason of a container that was killed', () => {
  interface Case {
    readonly logged: string;
    readonly told?: Partial<ContainerStatusMessage>;
    readonly reason: string;
  }
  const cases: Record<string, Case> = {
    'is OOMKilled when the kernel has killed a process of its slice': {
      logged: killed(SCOPE(MINE)),
      reason: 'OOMKilled',
    },
    'is OOMKilled when the kernel has ended its group as a whole': {
      logged: groupKilled(`/sampan/${MINE}`),
      reason: 'OOMKilled',
    },
    'is OOMKilled when it ran out of memory in a group of its own making': {
      logged: killed(`/sampan/${MINE}/init`),
      reason: 'OOMKilled',
    },
    'is what the runtime says when another container has run out of memory': {
      logged: killed(SCOPE(OTHER)) + groupKilled(SCOPE(OTHER)),
      reason: 'Error',
    },
    'is what the runtime says when nothing has run out of memory': { logged: OTHER_NEWS, reason: 'Error' },
    'is what the runtime says when it ended by itself, after the kernel had killed another of its processes':
      {
        logged: killed(SCOPE(MINE)),
        told: { exitCode: 1 },
        reason: 'Error',
      },
    'is none while it runs': {
      logged: killed(SCOPE(MINE)),
      told: { state: CONTAINER_RUNNING, exitCode: 0, reason: '' },
      reason: '',
    },
  };
  for (const [name, { logged, told, reason }] of Object.entries(cases))
    test(name, () => {
      appendFileSync(log, OTHER_NEWS + logged + OTHER_NEWS);
      expect(kills.completed(status(told))).toEqual(status({ ...told, reason }));
    });

  test('is found in what was logged after an earlier look, and not forgotten', () => {
    expect(kills.completed(status()).reason).toBe('Error');
    appendFileSync(log, groupKilled(SCOPE(MINE)));
    expect(kills.completed(status()).reason).toBe('OOMKilled');
    expect(kills.completed(status()).reason).toBe('OOMKilled');
  });

  test('is what the runtime says where the log may not be read', () => {
    const blind = new OomKills(join(folder, 'none'));
    expect(blind.completed(status()).reason).toBe('Error');
    blind.close();
  });
});
