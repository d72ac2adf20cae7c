import type { Container } from '../../generated/types.ts';
import type { ContainerStatus, Runtime } from '../../runtime/runtime.ts';
import type { PodContainer } from './containers.ts';

/** As much of a log as upstream takes for a message. */
const MOST_LINES = 80;
const MOST_BYTES = 2048;

/** A container's end with its message: what it left itself, or the end of its log when it failed and its policy says so. */
export async function withTerminationMessage(
  life: ContainerStatus,
  { spec }: PodContainer,
  runtime: Runtime,
): Promise<ContainerStatus> {
  const takesLog = (spec as Container).terminationMessagePolicy === 'FallbackToLogsOnError';
  if (life.message || life.exitCode === 0 || !takesLog) return life;
  const options = { follow: false, tailLines: MOST_LINES, since: undefined };
  let text = '';
  for await (const line of runtime.logs(life.id, options, new AbortController().signal)) {
    text += `${Buffer.from(line.text)}${line.partial ? '' : '\n'}`;
  }
  return { ...life, message: text.slice(-MOST_BYTES) };
}
