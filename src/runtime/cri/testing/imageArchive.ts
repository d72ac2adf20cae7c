import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BUSYBOX_PROGRAM } from './whyNoContainers.ts';

const run = promisify(execFile);

export interface ImageContent {
  /** As in `docker.io/library/busybox:1`. */
  readonly name: string;
  readonly command: readonly string[];
  /** Files of this host, by their path in the image. */
  readonly programs: Readonly<Record<string, string>>;
  readonly texts?: Readonly<Record<string, string>>;
  /** Names for one of the files. */
  readonly links?: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
}

/** Makes an image archive in OCI's layout, as `ctr images import` takes it, out of files of this host. */
export async function makeImageArchive(directory: string, content: ImageContent): Promise<string> {
  const root = join(directory, 'rootfs');
  await makeRoot(root, content);
  const layer = await tarOf(root, join(directory, 'layer.tar'));
  const layout = join(directory, 'layout');
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
  const blob = async (bytes: Buffer, mediaType: string) => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(layout, 'blobs/sha256', hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const json = (value: object, type: string) =>
    blob(Buffer.from(JSON.stringify(value)), `application/vnd.oci.image.${type}+json`);
  const layerBlob = await blob(layer, 'application/vnd.oci.image.layer.v1.tar');
  const config = await json(
    {
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Cmd: content.command, Env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'] },
      rootfs: { type: 'layers', diff_ids: [layerBlob.digest] },
    },
    'config.v1',
  );
  const manifest = await json({ schemaVersion: 2, config, layers: [layerBlob] }, 'manifest.v1');
  const annotations = { 'io.containerd.image.name': content.name };
  await writeFile(
    join(layout, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  );
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const archive = join(directory, 'image.tar');
  await tarOf(layout, archive);
  for (const path of [root, layout, join(directory, 'layer.tar')])
    await rm(path, { recursive: true, force: true });
  return archive;
}

async function makeRoot(
  root: string,
  { programs, texts = {}, links = {}, directories = [] }: ImageContent,
): Promise<void> {
  const at = async (path: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  for (const [path, source] of Object.entries(programs)) await copyFile(source, await at(path));
  for (const [path, text] of Object.entries(texts)) await writeFile(await at(path), text);
  for (const path of directories) await mkdir(join(root, path), { recursive: true });
  for (const [path, target] of Object.entries(links)) await symlink(target, await at(path));
  await mkdir(join(root, 'tmp'), { recursive: true, mode: 0o1777 });
}

async function tarOf(directory: string, archive: string): Promise<Buffer> {
  await run('tar', ['--owner=0', '--group=0', '-C', directory, '-cf', archive, '.']);
  return readFile(archive);
}

/** busybox with all its commands; without a command of its own it sleeps, so it does for pods' first process too. */
export async function busyboxImage(
  directory: string,
  name: string,
  command: readonly string[] = ['sleep', '1000000'],
): Promise<string> {
  const { stdout } = await run(BUSYBOX_PROGRAM, ['--list']);
  const commands = stdout.split('\n').filter((command) => command !== '' && command !== 'busybox');
  return makeImageArchive(directory, {
    name,
    command,
    programs: { 'bin/busybox': BUSYBOX_PROGRAM },
    links: Object.fromEntries(commands.map((command) => [`bin/${command}`, 'busybox'])),
    texts: {
      'etc/passwd':
        'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\nmember:x:1001:1001:member:/:/bin/sh\n',
      'etc/group': 'root:x:0:\nnobody:x:65534:\nmember:x:1001:\nteam:x:2001:member\n',
    },
    directories: ['root', 'var/run'],
  });
}
