import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** This very code may be the source, or part of what was built from it: the built form lies elsewhere, in fewer files. */
const isSource = import.meta.filename.endsWith('.ts');

const root = packageFolder(import.meta.dirname);

function packageFolder(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : packageFolder(dirname(folder));
}

/** The path of a file of this package. */
export const packageFile = (...names: readonly string[]): string => join(root, ...names);

/** The path of what `npm run generate` made, in the form that goes with this code. */
export const generatedFile = (name: string): string =>
  packageFile(isSource ? 'src/generated' : 'dist/generated', name);

/** The path of a module that is loaded by its file: what runs in a thread of its own. `store/sqlite/sqliteThread`, for instance. */
export const moduleFile = (name: string): string =>
  isSource ? packageFile('src', `${name}.ts`) : packageFile('dist', `${name}.js`);
