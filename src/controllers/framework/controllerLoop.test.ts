import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import type { ConfigMap, JobSpec } from '../../generated/types.ts';
import { ConfigMaps, Jobs, Pods } from '../../resources/kinds.ts';
import { JobController } from '../job/controller.ts';
import { TestCluster } from '../testing/cluster.ts';
import { type Controller, inStages } from './controller.ts';
import { OwnWrites } from './ownWrites.ts';

test('a controller whose caches lag makes nothing twice (case 26)', async () => {
  let begun = 0;
  const cluster = await TestCluster.start(() => (begun++ < 2 ? { endsAfterSeconds: 1, exitCode: 1 } : {}));
  const { client, clock } = cluster;
  await cluster.run((context, run) => run(new JobController(context)), { cacheLagMs: 5_000 });
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
  await client.create(Jobs, {
    metadata: { name: 'job', namespace: 'default' },
    spec: { template } as JobSpec,
  });
  await clock.advance(12_000);
  const [failed] = (await client.list(Pods)).items;
  // Each change of the failed pod makes the controller look, also while its cache does not show the next one yet.
  for (let second = 0; second < 90; second++) {
    const body = { metadata: { labels: { second: `${second}` } } };
    const ref = { name: failed!.metadata.name!, namespace: 'default' };
    await client.patch(Pods, ref, { type: 'merge', body });
    await clock.advance(1_000);
    expect((await client.list(Pods)).items.length).toBeLessThanOrEqual(3);
  }
  expect((await client.list(Pods)).items.length).toBe(3);
});

/** Plays a controller of config maps that follows its plan to the letter. */
function scripted(
  plan: Controller<ConfigMap, string>['plan'],
  done: string[],
): Controller<ConfigMap, string> {
  return {
    name: 'scripted',
    watch: (enqueue) => enqueue('default/a'),
    observe: (key) => ({ metadata: { name: key } }),
    plan,
    execute: async (_seen, action) => {
      done.push(action);
      if (action === 'fail') throw new Error('no');
    },
  };
}

test('stages run one after the other, and none after one that fails', async () => {
  const cluster = await TestCluster.start();
  const done: string[] = [];
  let looks = 0;
  await cluster.run((_context, run) =>
    run(scripted(() => inStages([['first'], looks++ === 0 ? ['fail'] : [], ['last']]), done)),
  );
  await cluster.clock.advance(1_000);
  expect(done).toEqual(['first', 'fail', 'first', 'last']);
});

test('a look that is planned comes no later when the hour is set back', async () => {
  const cluster = await TestCluster.start();
  const { clock } = cluster;
  const looks: number[] = [];
  const plan = (_seen: ConfigMap, now: number) => {
    looks.push(clock.elapsed());
    return inStages<string>([], now + 60_000);
  };
  const begun = clock.elapsed();
  await cluster.run((_context, run) => run(scripted(plan, [])));
  await clock.advance(30_000);
  clock.set(clock.now() - 3_600_000);
  await clock.advance(100_000);
  expect(looks.map((time) => time - begun)).toEqual([0, 60_000, 120_000]);
});

test('it looks again when the plan says so; a time that is no number is no time', async () => {
  const cluster = await TestCluster.start();
  const startedAt = cluster.clock.now();
  const looks: number[] = [];
  const times = [startedAt + 5_000, Number.NaN];
  await cluster.run((_context, run) =>
    run(
      scripted((_seen, now) => {
        looks.push(now - startedAt);
        return inStages<string>([], times.shift());
      }, []),
    ),
  );
  await cluster.clock.advance(60_000);
  expect(looks).toEqual([0, 5_000]);
});

test('of keys that never come again nothing is kept for ever', async () => {
  const cluster = await TestCluster.start();
  const keys = Array.from({ length: 2_000 }, (_, index) => `default/c-${index}`);
  const controller: Controller<ConfigMap, ConfigMap> = {
    name: 'once',
    watch: (enqueue) => {
      for (const key of keys) enqueue(key);
    },
    observe: (key) => ({ metadata: { name: key.split('/')[1]!, namespace: 'default' } }),
    plan: (configMap) => inStages([[configMap]]),
    execute: async (_seen, configMap, client) => void (await client.create(ConfigMaps, configMap)),
  };
  await cluster.run((context, run) => {
    context.informers.of(ConfigMaps);
    run(controller);
  });
  await cluster.clock.advance(1_000);
  expect((await cluster.client.list(ConfigMaps)).items.length).toBe(keys.length);
  expect(queryObjects(OwnWrites)).toBeLessThan(1_000);
});
