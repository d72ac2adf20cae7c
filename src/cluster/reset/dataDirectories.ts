import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One of these is in every data directory, of a cluster or of a node that has joined. */
const MARKS = ['cluster.json', 'kubelet.kubeconfig', 'running.json', 'store.db', 'pki'];
const DEFAULT_NAME = /^\.sampan($|-)/;

/** Whether a cluster or a node has been there. */
export const isDataDirectory = (path: string): boolean => MARKS.some((name) => existsSync(join(path, name)));

/** Those that `up` and `join` make in a folder unless told otherwise. */
export const dataDirectoriesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => DEFAULT_NAME.test(name))
    .map((name) => resolve(folder, name))
    .filter((path) => statSync(path).isDirectory() && isDataDirectory(path))
    .sort();

/** The folders of the nodes of a data directory: its own, where one node has joined by it, and those of a cluster. */
export function nodeDirectories(dataDir: string): string[] {
  const nodes = join(dataDir, 'nodes');
  const names = existsSync(nodes) ? readdirSync(nodes) : [];
  return [dataDir, ...names.map((name) => join(nodes, name))];
}
