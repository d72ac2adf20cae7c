#!/usr/bin/env node
// Runs the built command on Node 26: this one if it is new enough, else the one that npm installed beside it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 26;
const home = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(home, 'dist/cli/main.js');

if (!existsSync(main)) fail('is not built: run "npm run build" first');
else if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) await import(main);
else runOnPackagedNode();

function runOnPackagedNode() {
  const node = packagedNode();
  if (!node) {
    fail(`needs Node ${OLDEST_NODE} or newer, and this is ${process.versions.node}`);
    return;
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child by itself; a signal to this process alone has to be handed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function packagedNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function fail(why) {
  console.error(`sampan ${why}`);
  process.exitCode = 1;
}
