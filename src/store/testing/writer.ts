import { SqliteStore } from '../sqliteStore.ts';
import { pod } from './objects.ts';

/**
 * A process that writes pods of its own name until it is killed or the store fails. On its output: `open`, then for each write
 * that was acknowledged its key and revision, and in the end the words of the first two failures.
 */
const [path, name] = process.argv.slice(2) as [string, string];
const WRITERS = 8;

const say = (line: string) => process.stdout.write(`${line}\n`);
const store = await SqliteStore.open(path);
say('open');

let written = 0;
await Promise.allSettled(Array.from({ length: WRITERS }, writeOn)).then(async ([first]) => {
  say(`failed: ${(first as PromiseRejectedResult).reason.message}`);
  await store.put('/pods/after', pod('after'), 0).catch((error: Error) => say(`failed: ${error.message}`));
  say(`still shows ${store.count('/pods/')}`);
});

async function writeOn(): Promise<never> {
  for (;;) {
    const key = `/pods/${name}/${written++}`;
    const { revision } = await store.put(key, pod(key), 0);
    say(`${key} ${revision}`);
  }
}
