import type { Output, Shell } from './shell.ts';
import type { Redirect } from './syntax.ts';

/** A redirection whose target has been expanded. */
export interface OpenRedirect extends Pick<Redirect, 'operator' | 'from'> {
  readonly target: string;
}

type Stream = 'stdout' | 'stderr';
type Sink = (text: string) => void;

/** Where a command with these redirections prints to. They count from left to right, and files are emptied at once. */
export function redirectedOutput(shell: Shell, redirects: readonly OpenRedirect[]): Output {
  const shown = shell.output;
  const sinks: Record<Stream, Sink> = {
    stdout: (text) => shown('stdout', text),
    stderr: (text) => shown('stderr', text),
  };
  for (const redirect of redirects) {
    const sink = redirect.operator === '<' ? undefined : sinkOf(shell, redirect, { ...sinks });
    if (sink) for (const stream of redirectedStreams(redirect)) sinks[stream] = sink;
  }
  return (stream, text) => sinks[stream](text);
}

/** The file that standard input comes from, if it does. */
export const inputFile = (redirects: readonly OpenRedirect[]): string | undefined =>
  redirects.findLast(({ operator }) => operator === '<')?.target;

function redirectedStreams({ operator, from, target }: OpenRedirect): Stream[] {
  if (operator === '&>' || (operator === '>&' && from === undefined && !isDescriptor(target)))
    return ['stdout', 'stderr'];
  if (from === undefined || from === 1) return ['stdout'];
  return from === 2 ? ['stderr'] : [];
}

function sinkOf(
  shell: Shell,
  { operator, target }: OpenRedirect,
  sinks: Record<Stream, Sink>,
): Sink | undefined {
  if (operator === '>&' && isDescriptor(target)) return descriptorSink(target, sinks);
  if (/^\/dev\/(?:fd\/2|stderr)$|^\/proc\/[^/]+\/fd\/2$/.test(target)) return sinks.stderr;
  if (/^\/dev\/(?:fd\/1|stdout)$|^\/proc\//.test(target)) return sinks.stdout;
  if (operator !== '>>') shell.writeFile(target, '');
  return (text) => shell.writeFile(target, (shell.files.get(target) ?? '') + text);
}

function descriptorSink(descriptor: string, sinks: Record<Stream, Sink>): Sink | undefined {
  if (descriptor === '1') return sinks.stdout;
  if (descriptor === '2') return sinks.stderr;
  return descriptor === '-' ? () => {} : undefined;
}

const isDescriptor = (target: string): boolean => /^(?:\d+|-)$/.test(target);
