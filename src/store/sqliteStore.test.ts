import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SeededRandom } from '../clock/random.ts';
import { SqliteStore } from './sqliteStore.ts';
import { storeContract } from './store.contract.ts';
import { StoreFullError, StoreUnavailableError } from './store.ts';
import { configMap, pod, textOf } from './testing/objects.ts';

describe('SqliteStore', () => {
  storeContract(
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sampan-store-'));
      return {
        open: () => SqliteStore.open(join(folder, 'state.db')),
        remove: async () => rmSync(folder, { recursive: true }),
      };
    },
    { runs: 20 },
  );
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sampan-store-'));
  path = join(folder, 'state.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Does something with the opened store, and closes it again. */
async function opened<T>(work: (store: SqliteStore) => T | Promise<T>): Promise<T> {
  const store = await SqliteStore.open(path);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** What stands in the way of opening the file. */
async function refusal(): Promise<string> {
  const error = await SqliteStore.open(path).then(
    () => undefined,
    (problem: Error) => problem,
  );
  expect(error).toBeInstanceOf(StoreUnavailableError);
  return error!.message;
}

describe('after a restart', () => {
  test('all is as it was: keys, revisions, objects and history', async () => {
    const first = await opened(async (store) => {
      await store.put('/a/kept', configMap('one'), 0);
      const { revision } = await store.put('/a/gone', configMap('two'), 0);
      await store.put('/a/kept', configMap('three'), undefined);
      await store.delete('/a/gone', undefined);
      return revision;
    });
    await opened((store) => {
      expect(store.revision).toBe(first + 2);
      expect(textOf(store.get('/a/kept'))).toBe('three');
      expect(store.get('/a/kept')).toMatchObject({ revision: first + 1, createRevision: first - 1 });
      expect(store.get('/a/kept')?.object.metadata.resourceVersion).toBe(String(first + 1));
      expect(Object.isFrozen(store.get('/a/kept')?.object)).toBe(true);
      expect(store.list('/a/', { at: first }).items.map(textOf)).toEqual(['two', 'one']);
      const heard: (string | undefined)[] = [];
      store.watch('/', first, (events) =>
        heard.push(...events.map(({ stored, deleted }) => textOf(stored ?? deleted))),
      );
      expect(heard).toEqual(['three', 'two']);
    });
  });

  test('what was compacted stays forgotten, and revisions go on growing even when no key is left', async () => {
    const last = await opened(async (store) => {
      await store.put('/a/b', configMap('one'), 0);
      await store.delete('/a/b', undefined);
      await store.compact(store.revision);
      return store.revision;
    });
    const database = new DatabaseSync(path);
    expect(database.prepare('SELECT count(*) AS rows FROM history').get()?.rows).toBe(0);
    database.close();
    await opened(async (store) => {
      expect(store.revision).toBe(last);
      expect(store.compactedRevision).toBe(last);
      expect((await store.put('/a/b', configMap('two'), 0)).revision).toBe(last + 1);
    });
  });

  test('a compaction that a crash cut short is finished', async () => {
    await opened(async (store) => {
      for (const text of ['one', 'two', 'three']) await store.put('/a/b', configMap(text), undefined);
      await store.delete('/a/b', undefined);
      await store.put('/a/c', configMap('kept'), 0);
    });
    const database = new DatabaseSync(path);
    database.exec("UPDATE meta SET value = 6 WHERE name = 'compacted'");
    database.close();
    await opened((store) => expect(store.list('/').items.map(textOf)).toEqual(['kept']));
    const after = new DatabaseSync(path);
    expect(
      after
        .prepare('SELECT key FROM history')
        .all()
        .map(({ key }) => key),
    ).toEqual(['/a/c']);
    after.close();
  });
});

describe('a file that cannot be used is refused in one line', () => {
  test('of a newer version', async () => {
    await opened((store) => store.put('/a/b', configMap('one'), 0));
    const database = new DatabaseSync(path);
    database.exec("UPDATE meta SET value = 7 WHERE name = 'schema'");
    database.close();
    expect(await refusal()).toBe(
      `Cannot open "${path}": written by a newer sampan (schema 7; this one knows 1)`,
    );
  });

  test('in use', async () => {
    await opened(async () => {
      expect(await refusal()).toBe(`Cannot open "${path}": it is in use by another process`);
    });
  });

  test('of another program', async () => {
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE songs (title TEXT)');
    database.close();
    expect(await refusal()).toBe(`Cannot open "${path}": it is not a sampan store`);
  });

  test('that is no database', async () => {
    writeFileSync(path, 'Dear diary, '.repeat(1_000));
    expect(await refusal()).toBe(
      `Cannot open "${path}": it is damaged or not a sampan store (file is not a database)`,
    );
  });

  test('whose pages are damaged', async () => {
    await opened(writeManyPods);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xee, 20_000, 80_000));
    expect(await refusal()).toMatch(/^Cannot open ".*": it is damaged \([^\n]*\)$/);
  });

  test('whose objects have a wrong letter, which no parser would notice', async () => {
    await opened(writeManyPods);
    const text = readFileSync(path, 'latin1').replaceAll('"kind":"Pod"', '"kind":"Pox"');
    writeFileSync(path, text, 'latin1');
    expect(await refusal()).toMatch(/^Cannot open ".*": it is damaged \(checksum of revision \d+\)$/);
  });

  test('in a folder that does not exist', async () => {
    path = join(folder, 'missing', 'state.db');
    expect(await refusal()).toContain('no such file or directory');
  });

  const writeManyPods = (store: SqliteStore) =>
    Promise.all(Array.from({ length: 100 }, (_, index) => store.put(`/pods/${index}`, pod(`${index}`), 0)));
});

test('nobody but the owner may read the file, which holds secrets', async () => {
  await opened(async (store) => {
    await store.put('/secrets/a', configMap('secret'), 0);
    for (const name of [path, `${path}-wal`]) expect(statSync(name).mode & 0o777).toBe(0o600);
  });
});

describe('a writer in a process of its own', () => {
  const WRITER = fileURLToPath(new URL('testing/writer.ts', import.meta.url));

  /** Calls `onLine` for each line of the process's output; resolves when there are no more. */
  async function readLines(child: ChildProcess, onLine: (line: string) => void): Promise<void> {
    const exited = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout! })) onLine(line);
    await exited;
  }

  async function expectAcknowledged(acknowledged: ReadonlyMap<string, number>): Promise<void> {
    await opened((store) => {
      for (const [key, revision] of acknowledged) {
        expect(store.get(key)).toMatchObject({ revision, object: { metadata: { name: key } } });
      }
      expect(store.revision).toBeGreaterThanOrEqual(Math.max(...acknowledged.values()));
    });
  }

  test('may be killed at any moment: what it was told is written is written, and the file is free again', async () => {
    const random = new SeededRandom('kills');
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < 5; round++) {
      const child = spawn(process.execPath, [WRITER, path, `round${round}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let linesToGo = 1 + Math.floor(random.next() * 2_000);
      await readLines(child, (line) => {
        if (line !== 'open') note(line, acknowledged);
        if (--linesToGo === 0) child.kill('SIGKILL');
      });
      await expectAcknowledged(acknowledged);
    }
  }, 30_000);

  test('is told when the disk is full; the store then takes no more writes, but what it had stays', async () => {
    const acknowledged = new Map<string, number>();
    const failures: string[] = [];
    const limited = `ulimit -f 4096; exec "${process.execPath}" "${WRITER}" "${path}" full`;
    const child = spawn('sh', ['-c', limited], { stdio: ['ignore', 'pipe', 'inherit'] });
    await readLines(child, (line) => {
      if (line.startsWith('/')) note(line, acknowledged);
      else if (line !== 'open') failures.push(line);
    });
    const failure = expect.stringMatching(
      /^failed: Cannot write to ".*": .*; the store takes no more writes$/,
    );
    expect(failures).toEqual([failure, failure, `still shows ${acknowledged.size}`]);
    await expectAcknowledged(acknowledged);
  }, 30_000);

  function note(line: string, acknowledged: Map<string, number>): void {
    const [key, revision] = line.split(' ') as [string, string];
    const latest = Math.max(0, ...[...acknowledged.values()].slice(-1));
    expect(Number(revision)).toBeGreaterThan(latest);
    acknowledged.set(key, Number(revision));
  }
});

/** A disk of so many bytes under the folder; false where this process may make none. */
function mountSmallDisk(under: string, bytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', under], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a full disk refuses writes and loses none; with room again it takes them, and a restart knows the same', async (context) => {
  if (!mountSmallDisk(folder, 2 * 1_048_576)) return context.skip('this process may mount nothing');
  try {
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(1_048_576));
    const text = 'x'.repeat(100_000);
    const kept: number[] = [];
    await opened(async (store) => {
      const fill = async (index: number): Promise<number> =>
        (await store.put(`/a/${index}`, configMap(text + index), 0)).revision;
      const refused = async () => {
        for (;;) kept.push(await fill(kept.length));
      };
      await expect(refused()).rejects.toThrow(StoreFullError);
      expect(store.problem).toBe(`Cannot write to "${path}": the disk is full`);
      await expect(fill(kept.length)).rejects.toThrow(StoreFullError);
      rmSync(ballast);
      kept.push(await fill(kept.length));
      expect(store.problem).toBeUndefined();
    });
    await opened((store) => {
      expect(store.revision).toBe(kept.at(-1));
      expect(store.list('/a/').items.map(({ revision }) => revision)).toEqual(kept);
    });
  } finally {
    execFileSync('umount', [folder]);
  }
});
