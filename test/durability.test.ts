import { afterAll, beforeAll, expect, test } from 'vitest';
import { delay } from '../src/clock/clock.ts';
import { SeededRandom } from '../src/clock/random.ts';
import type { Json } from './support/api.ts';
import { TestCluster } from './support/cluster.ts';
import { clock } from './support/waiting.ts';

const KILLS = 50;
const WRITERS = 8;
const LONGEST_LIFE_MS = 1_200;
/** Every fifth time it is killed once more on its way up. */
const LONGEST_START_MS = 500;
const COMPLETIONS = 40;
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const JOBS = '/apis/batch/v1/namespaces/default/jobs';
const seed = Number(process.env.DURABILITY_SEED ?? 20261124);

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
afterAll(() => cluster?.stop());

test(`what was acknowledged is there after each of ${KILLS} kills (DURABILITY_SEED=${seed})`, async () => {
  const random = new SeededRandom(seed);
  const notes = new Notes();
  await startJob();
  for (let kill = 1; kill <= KILLS; kill++) {
    const writers = Array.from({ length: WRITERS }, (_, writer) => writeUntilKilled(writer, notes));
    await delay(clock, random.next() * LONGEST_LIFE_MS);
    await cluster.kill9();
    await Promise.all(writers);
    if (kill % 5 === 0) await cluster.killWhileItStarts(random.next() * LONGEST_START_MS);
    await cluster.restart();
    notes.check(await cluster.api.get(CONFIG_MAPS), `after kill ${kill}`);
  }
  await expectJobToEndWithTheRightCount();
});

/** Two pods at a time, a second each: it is under way through all of the kills. */
async function startJob(): Promise<void> {
  const command = ['/bin/sh', '-c', 'sleep 1'];
  const template = {
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'alpine', command }] },
  };
  const spec = { completions: COMPLETIONS, parallelism: 2, backoffLimit: 1000, template };
  const created = await cluster.api.post(JOBS, { metadata: { name: 'counted' }, spec });
  expect(created.kind).toBe('Job');
}

async function expectJobToEndWithTheRightCount(): Promise<void> {
  const jobs = await cluster.watchAll(JOBS);
  const isComplete = ({ status }: Json) => status.completionTime !== undefined;
  const [job] = await jobs.until('the job is complete', (all) => all.some(isComplete), {
    withinMs: 120_000,
  });
  jobs.stop();
  expect(job.status).toMatchObject({ succeeded: COMPLETIONS, uncountedTerminatedPods: {} });
  expect(job.status.failed ?? 0).toBe(0);
  expect(job.status.active ?? 0).toBe(0);
  const pods = await cluster.api.list('/api/v1/namespaces/default/pods?labelSelector=job-name=counted');
  expect(pods.filter(({ status }: Json) => status.phase === 'Succeeded')).toHaveLength(COMPLETIONS);
  expect(pods.filter(({ metadata }) => (metadata.finalizers ?? []).length > 0)).toEqual([]);
}

/** One after the other: creates an object, counts it up a few times, deletes every other one. */
async function writeUntilKilled(writer: number, notes: Notes): Promise<void> {
  const { api } = cluster;
  try {
    for (;;) {
      const name = notes.nextName(writer);
      notes.attempt(name, '0');
      let object = await api.post(CONFIG_MAPS, { metadata: { name }, data: { count: '0' } });
      notes.acknowledge(name, object);
      for (let count = 1; count <= 3; count++) {
        notes.attempt(name, String(count));
        object = await api.put(`${CONFIG_MAPS}/${name}`, { ...object, data: { count: String(count) } });
        notes.acknowledge(name, object);
      }
      if (name.endsWith('0')) continue;
      notes.attempt(name, undefined);
      await api.delete(`${CONFIG_MAPS}/${name}`);
      notes.acknowledge(name, undefined);
    }
  } catch {
    // The server was killed before it answered: what was attempted last may be there or not.
  }
}

/** What the server has acknowledged, and what it was asked for and did not live to answer. */
class Notes {
  readonly #acknowledged = new Map<string, { count: string | undefined; revision: number }>();
  readonly #attempted = new Map<string, string | undefined>();
  readonly #used = new Map<number, number>();
  #lastRevision = 0;

  nextName(writer: number): string {
    const number = (this.#used.get(writer) ?? 0) + 1;
    this.#used.set(writer, number);
    return `w${writer}-${number}`;
  }

  attempt(name: string, count: string | undefined): void {
    this.#attempted.set(name, count);
  }

  /** An object as it was answered, or undefined once it is deleted. */
  acknowledge(name: string, object: Json | undefined): void {
    if (object !== undefined && object.kind !== 'ConfigMap') throw new Error(JSON.stringify(object));
    const revision = object === undefined ? 0 : Number(object.metadata.resourceVersion);
    this.#acknowledged.set(name, { count: object?.data.count, revision });
    this.#attempted.delete(name);
    this.#lastRevision = Math.max(this.#lastRevision, revision);
  }

  /** Every name is as it was acknowledged, or as it was attempted after that; the revision has not gone back. */
  check(list: Json, when: string): void {
    expect(Number(list.metadata.resourceVersion), when).toBeGreaterThanOrEqual(this.#lastRevision);
    const found = new Map<string, Json>(
      list.items.filter(({ data }: Json) => data.count).map((item: Json) => [item.metadata.name, item]),
    );
    for (const [name, { count, revision }] of this.#acknowledged) {
      const object = found.get(name);
      const present = object?.data.count;
      const allowed = this.#attempted.has(name) ? [count, this.#attempted.get(name)] : [count];
      expect(allowed, `${name} ${when}`).toContain(present);
      if (present !== undefined && present === count)
        expect(Number(object.metadata.resourceVersion)).toBe(revision);
    }
    for (const name of found.keys()) {
      const isKnown = this.#acknowledged.has(name) || this.#attempted.has(name);
      expect(isKnown, `${name}, which nobody wrote, ${when}`).toBe(true);
    }
    this.#settle(found);
  }

  /** What is there now is what must stay. */
  #settle(found: ReadonlyMap<string, Json>): void {
    for (const name of this.#attempted.keys()) {
      const object = found.get(name);
      const revision = object ? Number(object.metadata.resourceVersion) : 0;
      this.#acknowledged.set(name, { count: object?.data.count, revision });
      this.#lastRevision = Math.max(this.#lastRevision, revision);
    }
    this.#attempted.clear();
  }
}
