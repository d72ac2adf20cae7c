import { expect, test } from 'vitest';
import { ContainerFiles, WatchedFiles } from './files.ts';

const mount = (containerPath: string, hostPath: string) => ({ containerPath, hostPath, readOnly: false });

test('files below a mount are seen by all who mount the same, others are the container’s own', () => {
  const host = new WatchedFiles();
  const one = new ContainerFiles(host, [mount('/data', '/host/a'), mount('/data/inner', '/host/b')]);
  const other = new ContainerFiles(host, [mount('/mine/', '/host/a')]);
  one.set('/data/mark', 'x');
  one.set('/data/inner/deep', 'y');
  one.set('/database', 'z');
  expect(other.get('/mine/mark')).toBe('x');
  expect([other.has('/mine/inner/deep'), other.has('/database')]).toEqual([false, false]);
  expect([...host.keys()]).toEqual(['/host/a/mark', '/host/b/deep']);
  expect([...one.keys()].toSorted()).toEqual(['/data/inner/deep', '/data/mark', '/database']);
  expect([...other.keys()]).toEqual(['/mine/mark']);
  expect(other.delete('/mine/mark')).toBe(true);
  expect(one.has('/data/mark')).toBe(false);
});

test('who waits for a change of a file is told once, by whichever path it is written', () => {
  const host = new WatchedFiles();
  const one = new ContainerFiles(host, [mount('/data', '/host/a')]);
  const other = new ContainerFiles(host, [mount('/mine', '/host/a')]);
  const told: string[] = [];
  one.onNextChange('/data/mark', () => told.push('mark'));
  one.onNextChange('/own', () => told.push('own'));
  const cancel = one.onNextChange('/data/mark', () => told.push('nobody'));
  cancel();
  other.set('/mine/other', 'x');
  expect(told).toEqual([]);
  other.set('/mine/mark', 'x');
  other.set('/mine/mark', 'y');
  one.set('/own', 'z');
  expect(told).toEqual(['mark', 'own']);
});
