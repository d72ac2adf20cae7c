import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

const MINUTE_MS = 60_000;

/** Tests that start the built command. They wait for real time to pass: ten-second jobs, even minutes. */
const endToEnd = {
  globalSetup: 'test/support/build.ts',
  testTimeout: 8 * MINUTE_MS,
  hookTimeout: 2 * MINUTE_MS,
};

/** Counts what the whole process keeps: it has one to itself. */
const ALONE = 'src/library/leavesNothing.test.ts';

/** Run real containers of this host. */
const CONTAINERS = ['podLogsDir', 'podMaxPids', 'realContainers', 'realManifests'].map(
  (name) => `test/kubectl/${name}.test.ts`,
);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: 'test/support/properties.ts',
          include: ['{src,scripts,bench,examples,test/support,test/cases}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ALONE],
          alias: [
            { find: /^sampan$/, replacement: new URL('src/index.ts', import.meta.url).pathname },
            {
              find: /^sampan\/matchers$/,
              replacement: new URL('src/library/matchers.ts', import.meta.url).pathname,
            },
          ],
          // Against hanging for ever, not a measure: a slow machine has all the time that it needs.
          testTimeout: MINUTE_MS,
          hookTimeout: MINUTE_MS,
          // Most of the time would go into loading the same modules anew for each of four hundred files; none of them keeps state.
          isolate: false,
          // Without being told, vitest leaves one of two cores idle.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // Quick news first. Not 0: where there is one worker, vitest would run that group last.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'alone',
          include: [ALONE],
          testTimeout: MINUTE_MS,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Waits more than it works, so its files run at the same time.
        test: {
          ...endToEnd,
          name: 'walkthrough',
          include: ['test/walkthrough/*.test.ts'],
          maxWorkers: 3,
          maxConcurrency: 30,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...endToEnd,
          name: 'end to end',
          include: ['test/*.test.ts', 'test/{clients,kubectl}/*.test.ts'],
          exclude: [...configDefaults.exclude, ...CONTAINERS],
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
        },
      },
      {
        // These share what the host has only once: a bridge, a DNS.
        test: {
          ...endToEnd,
          name: 'containers',
          include: CONTAINERS,
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
        },
      },
      {
        // Waits more than it works, too.
        test: {
          ...endToEnd,
          name: 'hosts',
          include: ['test/hosts/*.test.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
