import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { CriClient } from './criClient.ts';
import { ExitNews } from './exitNews.ts';
import { BarePod } from './testing/barePod.ts';
import { TestContainerd } from './testing/containerd.ts';
import { containerdVersion, isAtLeast } from './testing/containerdBinaries.ts';
import { EventRuntime } from './testing/eventRuntime.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

const impediment = whyNoContainers();
const version = impediment ? '' : containerdVersion();
const whyNotByCri =
  impediment ?? (isAtLeast('1.7') ? undefined : `containerd ${version} has no events of CRI`);
const clock = new SystemClock();
const WITHIN = { timeout: 10_000, interval: 10 };

interface Heard {
  readonly exits: [id: string, exitCode: number | undefined][];
  readonly putAway: string[];
}

const because = (why: string | undefined) => (why ? ` (skipped: ${why})` : '');

describe.each([
  { by: `containerd ${version} by events of its own`, isWithoutOwnEvents: false, why: impediment },
  { by: `containerd ${version} by events of CRI`, isWithoutOwnEvents: true, why: whyNotByCri },
])('the end of a container is told by $by', ({ isWithoutOwnEvents, why }) => {
  describe.skipIf(why)(`as it happens${because(why)}`, () => {
    let containerd: TestContainerd;
    let client: CriClient;
    let news: ExitNews;
    let pod: BarePod;
    const heard: Heard = { exits: [], putAway: [] };
    beforeAll(async () => {
      containerd = await TestContainerd.start({ isWithoutOwnEvents });
      client = await CriClient.connect(containerd.socket, clock);
      news = new ExitNews(client, clock, {
        onExit: (id, end) => heard.exits.push([id, end?.exitCode]),
        onPutAway: (id) => heard.putAway.push(id),
        onSilence: () => {},
      });
      pod = await BarePod.run(client, containerd.directory);
      await untilHeard();
    });
    afterAll(async () => {
      await pod?.remove();
      news?.close();
      client?.close();
      await containerd?.stop();
    });

    const untilHeard = () =>
      vi.waitFor(async () => {
        const id = await pod.start('exit 0');
        await vi.waitFor(() => expect(heard.putAway).toContain(id), { timeout: 1000 });
      }, WITHIN);

    test('and what happens before is not taken for it', async () => {
      const id = await pod.start('exec sleep 1000');
      await untilHeard();
      expect(heard.exits.map(([ended]) => ended)).not.toContain(id);
      expect(heard.putAway).not.toContain(id);
    });

    test('and that the runtime has put its things away', async () => {
      const id = await pod.start('exit 3');
      await vi.waitFor(() => expect(heard.putAway).toContain(id), WITHIN);
      const exitCode = isWithoutOwnEvents ? undefined : 3;
      expect(heard.exits).toContainEqual([id, exitCode]);
    });

    test('and again after a crash of the runtime', async () => {
      await containerd.kill();
      await vi.waitFor(() => expect(news.isListening).toBe(false), WITHIN);
      await containerd.run();
      await untilHeard();
      expect(news.isListening).toBe(true);
    });
  });
});

test('a runtime that has nothing to tell is asked once a minute, not again and again', async () => {
  const runtime = await EventRuntime.start({ isMute: true });
  onTestFinished(() => runtime.stop());
  const client = await CriClient.connect(runtime.socket, clock);
  onTestFinished(() => client.close());
  const listener = { onExit: () => {}, onPutAway: () => {}, onSilence: () => {} };
  const virtual = new VirtualClock();
  const news = new ExitNews(client, virtual, listener);
  onTestFinished(() => news.close());
  await vi.waitFor(() => expect(virtual.nextTimer()).toBeDefined(), WITHIN);
  expect([runtime.asked, news.isListening]).toEqual([1, false]);
  await virtual.advance(59_000);
  expect([runtime.asked, news.isListening]).toEqual([1, false]);
  await virtual.advance(1_000);
  await vi.waitFor(() => expect(runtime.asked).toBe(2), WITHIN);
});
