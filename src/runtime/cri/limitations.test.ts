import { expect, test } from 'vitest';
import type { ContainerIsolation } from '../isolation.ts';
import { POD, sh } from '../testing/configs.ts';
import { type Abilities, limitationsOf } from './limitations.ts';
import { NOT_TOLD } from './podContainer.ts';

const SHARED = {
  hostPID: false,
  hostIPC: false,
  sharesProcesses: false,
  privileged: false,
  dns: undefined,
  hostAliases: [],
  ports: [],
  sysctls: {},
};
const strict: ContainerIsolation = { ...NOT_TOLD, strictGroups: true };

interface Case {
  pod?: object;
  container?: object;
  abilities?: Partial<Abilities>;
  told: RegExp[];
}
const cases: Record<string, Case> = {
  'of a pod that asks for nothing else': { told: [] },
  'that its users are the users of the host': { pod: { ownUsers: true }, told: [/hostUsers/] },
  'that it is run as all others': { pod: { runtimeClass: 'kata' }, told: [/RuntimeClass "kata"/] },
  'that its stop signal is not sent': {
    container: { stopSignal: 'SIGUSR1' },
    abilities: { sendsSignals: false },
    told: [/^Container main is stopped with the stop signal of its image/],
  },
  'where its stop signal is sent': { container: { stopSignal: 'SIGUSR1' }, told: [] },
  'that its user has more groups': {
    container: { isolation: strict },
    abilities: { keepsGroupsStrict: false },
    told: [/has the groups of its image/],
  },
  'where its user has no more groups': { container: { isolation: strict }, told: [] },
};
for (const [name, { pod = {}, container = {}, abilities = {}, told }] of Object.entries(cases))
  test(`${told.length > 0 ? 'is told' : 'nothing is told'} ${name}`, () => {
    const all = { sendsSignals: true, keepsGroupsStrict: true, ...abilities };
    const config = { ...POD, isolation: { ...SHARED, ...pod } };
    expect(limitationsOf(config, [sh('true', container)], all)).toEqual(
      told.map((text) => expect.stringMatching(text)),
    );
  });
