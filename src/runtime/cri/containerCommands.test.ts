import { expect, test } from 'vitest';
import { delay } from '../../clock/clock.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { ContainerCommands } from './containerCommands.ts';
import type { ContainerWatch } from './containerWatch.ts';
import { CriError } from './criClient.ts';
import type { CriService } from './criService.ts';

const FROM_CLIENT = new CriError('DeadlineExceeded', 'Deadline exceeded after 1.001s');
/** What comes of a deadline depends on where it is noticed first, and on the release. */
const AT_DEADLINE: Record<string, CriError> = {
  'the call itself': FROM_CLIENT,
  containerd: new CriError('Unknown', 'failed to start exec "e": context deadline exceeded: unknown'),
  'containerd 2': new CriError('Cancelled', 'Call cancelled'),
};

for (const [name, error] of Object.entries(AT_DEADLINE))
  test(`a probe whose time is over has no exit code, also where ${name} is the first to notice`, async () => {
    const clock = new VirtualClock();
    const execSync = async (_request: object, deadlineMs: number) => {
      await delay(clock, deadlineMs);
      throw error;
    };
    const commands = new ContainerCommands(
      { execSync } as unknown as CriService,
      { isRunning: () => true } as unknown as ContainerWatch,
      clock,
    );
    const result = commands.execSync('c', ['sleep', '100'], 1000);
    await clock.advance(1000);
    expect(await result).toEqual({ stdout: '', stderr: '', exitCode: undefined });
  });
