import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { cgroupParent } from './controlGroups.ts';
import { CriClient } from './criClient.ts';
import { CriService } from './criService.ts';
import { TestContainerd } from './testing/containerd.ts';
import { isAtLeast } from './testing/containerdBinaries.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

const configured = (isSystemd: boolean) => ({
  config: `{"runtimes":{"runc":{"options":{"SystemdCgroup":${isSystemd}}}}}`,
});
const cases: Record<string, { told: boolean | undefined; info: Record<string, string>; parent: string }> = {
  'a slice where the runtime says that systemd makes them': { told: true, info: {}, parent: 'sampan.slice' },
  'a path where it says that systemd does not, whatever another of its configurations says': {
    told: false,
    info: configured(true),
    parent: '/sampan',
  },
  'a slice where a runtime that cannot be asked is configured so': {
    told: undefined,
    info: configured(true),
    parent: 'sampan.slice',
  },
  'a path where it is not': { told: undefined, info: configured(false), parent: '/sampan' },
  'a path where it says nothing': { told: undefined, info: {}, parent: '/sampan' },
};
for (const [name, { told, info, parent }] of Object.entries(cases))
  test(`the parent of control groups is ${name}`, async () => {
    const cri = {
      usesSystemd: async () => told,
      status: async () => ({ status: undefined, info, features: undefined }),
    };
    expect(await cgroupParent(cri)).toBe(parent);
  });

const impediment = whyNoContainers();
describe.skipIf(impediment)('a real containerd', () => {
  let containerd: TestContainerd;
  let client: CriClient;
  beforeAll(async () => {
    containerd = await TestContainerd.start();
    client = await CriClient.connect(containerd.socket, new SystemClock());
  });
  afterAll(async () => {
    client?.close();
    await containerd?.stop();
  });

  test('tells from 2.0 on who makes control groups', async () => {
    expect(await new CriService(client).usesSystemd()).toBe(isAtLeast('2.0') ? false : undefined);
  });
});
