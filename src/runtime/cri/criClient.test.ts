import { linkSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { CriClient } from './criClient.ts';
import { EventRuntime } from './testing/eventRuntime.ts';

/** A clock that is late: for who goes by it, so much of the time to wait is over as soon as it has begun. */
class LateClock extends SystemClock {
  readonly #lateMs: number;

  constructor(lateMs: number) {
    super();
    this.#lateMs = lateMs;
  }

  override now(): number {
    return super.now() - this.#lateMs;
  }
}

test('a runtime is waited for that takes five seconds for its first answer, as while its host is being started', async () => {
  const runtime = await EventRuntime.start();
  onTestFinished(() => runtime.stop());
  const client = await CriClient.connect(runtime.socket, new LateClock(5_000));
  client.close();
});

test('a socket where nobody listens any more is given up at once', async () => {
  const clock = new SystemClock();
  const socket = await leftSocket();
  const begun = clock.elapsed();
  await expect(CriClient.connect(socket, clock)).rejects.toThrow('Unavailable');
  expect(clock.elapsed() - begun).toBeLessThan(5_000);
});

/** As a runtime leaves it that was killed. */
async function leftSocket(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sampan-socket-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const server = createServer();
  await new Promise<void>((listening) => server.listen(join(folder, 'own.sock'), listening));
  linkSync(join(folder, 'own.sock'), join(folder, 'left.sock'));
  await new Promise((closed) => server.close(closed));
  return join(folder, 'left.sock');
}
