import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { MOST_LOG_BYTES } from '../criLogFormat.ts';
import { POD, sh } from '../testing/configs.ts';
import { CriRuntime } from './criRuntime.ts';
import { TestContainerd } from './testing/containerd.ts';
import { openRuntime, removeAll } from './testing/criContract.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

const impediment = whyNoContainers();
const RANGE = '10.199.4.0/24';
const WITHIN = { timeout: 10_000, interval: 20 };
/** A line of a hundred letters, more often than one file has room for; then one more for each that is asked for. */
const SCRIPT = `line=$(printf '%099d' 1)
yes $line | head -n 120000
n=0
while :; do
  until [ -e /tmp/more$n ]; do sleep 0.02; done
  echo more $n
  n=$((n + 1))
done`;

describe.skipIf(impediment)('the log of a container', () => {
  let containerd: TestContainerd;
  /** It looks at its logs when its clock is turned. */
  let runtime: CriRuntime;
  let directory: string;
  const clock = new VirtualClock(new SystemClock().now());
  beforeAll(async () => {
    containerd = await TestContainerd.start();
    const opened = await openRuntime(containerd, RANGE);
    directory = opened.directory;
    await opened.runtime.close();
    const { socket, bridge } = containerd;
    runtime = await CriRuntime.open({ clock, socket, bridge, directory, clusterCIDR: '10.199.0.0/16' });
  });
  afterAll(async () => {
    await runtime?.close();
    if (containerd) await removeAll((await openRuntime(containerd, RANGE, directory)).runtime);
    await containerd?.stop();
  });

  test('is put aside when it is full, the container goes on in a new file, and who follows misses nothing', async () => {
    const sandbox = await runtime.runPodSandbox(POD);
    const id = await runtime.createContainer(sandbox.id, sh(SCRIPT));
    await runtime.startContainer(id);
    const [log = ''] = await vi.waitFor(() => {
      const found = globSync(join(directory, 'pods/*/*/logs/main/0.log'));
      expect(found).toHaveLength(1);
      expect(statSync(found[0]!).size).toBeGreaterThan(MOST_LOG_BYTES);
      return found;
    }, WITHIN);

    const lines: string[] = [];
    const leaving = new AbortController();
    const following = (async () => {
      const options = { follow: true, tailLines: 0, since: undefined };
      for await (const { text } of runtime.logs(id, options, leaving.signal))
        lines.push(`${Buffer.from(text)}`.replace(/^0+/, ''));
    })();
    const ask = (n: number) => runtime.execSync(id, ['touch', `/tmp/more${n}`], 5000);
    await ask(0);
    await vi.waitFor(() => expect(lines).toContain('more 0'), WITHIN);
    await clock.advance(10_000);
    await vi.waitFor(() => expect(existsSync(`${log}.1`) && existsSync(log)).toBe(true), WITHIN);
    await ask(1);
    await vi.waitFor(() => expect(lines).toContain('more 1'), WITHIN);
    expect(lines.filter((line) => line !== '1')).toEqual(['more 0', 'more 1']);
    expect(statSync(log).size).toBeLessThan(MOST_LOG_BYTES);
    leaving.abort();
    await following;
  });
});
