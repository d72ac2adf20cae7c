import { cpSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * Makes what is published of the source: a few large modules instead of hundreds of small ones, which Node loads in half the time,
 * and the files that the program reads beside its code. Libraries stay outside, and so do the modules that are imported on demand.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** Modules that something outside names: the command, the library, threads. */
const ENTRIES = ['cli/main', 'index', 'library/matchers', 'store/sqlite/sqliteThread'];

for (const old of globSync(['**/*.js', 'chunks'], { cwd: dist }))
  rmSync(join(dist, old), { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map((name) => [name, join(root, 'src', `${name}.ts`)])),
  platform: 'node',
  external: /^[^./]/,
});
await bundle.write({ dir: dist, format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js' });

mkdirSync(join(dist, 'generated'), { recursive: true });
for (const file of globSync(join(root, 'src/generated/*.json')))
  cpSync(file, join(dist, 'generated', basename(file)));
