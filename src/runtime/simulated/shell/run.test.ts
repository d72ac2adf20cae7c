import { describe, expect, test } from 'vitest';
import { WatchedFiles } from '../files.ts';
import { runScript, runWords } from './run.ts';
import { Shell } from './shell.ts';

const MOST_WAITS = 20;

/** What happens, in order: the output, the waits, and how it ended. */
function story(command: string | readonly string[]): string[] {
  const happened: string[] = [];
  const shell = new Shell({
    variables: new Map([['NAME', 'a b']]),
    files: new WatchedFiles(),
    hostname: 'web-0',
    unknownCommands: 'runForever',
    output: (stream, text) => happened.push(stream === 'stdout' ? text.trimEnd() : `! ${text.trimEnd()}`),
    time: Date.UTC(2026, 10, 24, 2, 19, 36),
  });
  const run = typeof command === 'string' ? runScript(shell, command) : runWords(shell, command);
  for (let waits = 0; waits < MOST_WAITS; waits++) {
    const before = shell.time;
    const { done, value } = run.next();
    if (done) return [...happened, `exit ${value}`];
    if (value.kind !== 'sleep') return [...happened, value.kind];
    happened.push(`after ${shell.time - before} ms`);
  }
  return [...happened, '…'];
}

const cases: Record<string, { run: string | readonly string[]; want: string[] }> = {
  'sleep waits and then fails as told': { run: 'sleep 10; exit 1', want: ['after 10000 ms', 'exit 1'] },
  'sleep knows parts of seconds and minutes': {
    run: 'sleep 0.5 && sleep 1m',
    want: ['after 500 ms', 'after 60000 ms', 'exit 0'],
  },
  'the cron job of the tutorial': {
    run: 'date; echo Hello from the Kubernetes cluster; sleep 10',
    want: ['Tue Nov 24 02:19:36 UTC 2026', 'Hello from the Kubernetes cluster', 'after 10000 ms', 'exit 0'],
  },
  'kubectl cp is told that nothing is copied': {
    run: ['tar', '-xmf', '-', '-C', '/tmp'],
    want: ['! tar: cannot copy files: this container is simulated and has none', 'exit 1'],
  },
  'unpacking an archive is done at once': { run: 'tar -xzf app.tar.gz', want: ['exit 0'] },
  'plain words need no shell': { run: ['/bin/sleep', '3'], want: ['after 3000 ms', 'exit 0'] },
  'a shell given as words': { run: ['/bin/sh', '-ec', 'false || exit 7'], want: ['exit 7'] },
  'the last command decides': { run: 'true; false', want: ['exit 1'] },
  'what comes after && is left out when the left side fails': { run: 'false && echo no', want: ['exit 1'] },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  'variables, quoted and not': { run: 'echo "$NAME" ${OTHER:-x}', want: ['a b x', 'exit 0'] },
  'the output of a command as a word': { run: 'echo now: $(date +%H:%M)', want: ['now: 02:19', 'exit 0'] },
  'a for loop': {
    run: 'for i in 1 2; do echo $i; sleep 1; done',
    want: ['1', 'after 1000 ms', '2', 'after 1000 ms', 'exit 0'],
  },
  'a counting loop ends': {
    run: 'i=0; while [ $i -lt 2 ]; do i=$((i+1)); sleep 1; done; echo $i',
    want: ['after 1000 ms', 'after 1000 ms', '2', 'exit 0'],
  },
  'a function does its work each time, and returns': {
    run: 'f() { echo in; return 3; echo no; }\nf || echo $?; f; exit 4',
    want: ['in', '3', 'in', 'exit 4'],
  },
  'a function that calls itself without end fails': { run: 'f() { f; }; f', want: ['exit 1'] },
  'expr prints whole numbers, and fails for 0': {
    run: 'expr 7 % 2; expr 4 % 2 || echo even; if [ $(expr 3 % 2) -ne 0 ]; then exit 5; fi',
    want: ['1', '0', 'even', 'exit 5'],
  },
  'if, elif, else': {
    run: 'if false; then echo a; elif true; then echo b; else echo c; fi',
    want: ['b', 'exit 0'],
  },
  'files are remembered': {
    run: 'touch /tmp/ok\ncat /tmp/ok && rm /tmp/ok; cat /tmp/ok',
    want: ['', "! cat: can't open '/tmp/ok': No such file or directory", 'exit 1'],
  },
  'output can go to a file and come back': {
    run: 'echo hi > /f; echo ho >> /f; cat < /f',
    want: ['hi\nho', 'exit 0'],
  },
  'a pipe feeds the next command': { run: 'echo x | cat', want: ['x', 'exit 0'] },
  'an unknown program runs until it is stopped': { run: ['nginx', '-g', 'daemon off;'], want: ['forever'] },
  'unknown syntax runs until it is stopped': { run: 'case x in x) echo y;; esac', want: ['forever'] },
  'what is sent to standard error arrives there': {
    run: 'echo out; echo err >&2',
    want: ['out', '! err', 'exit 0'],
  },
  'so does what is written to its device': { run: 'echo err > /dev/stderr', want: ['! err', 'exit 0'] },
  'standard error may join standard output': {
    run: 'x=$(cat nothing 2>&1); echo $x',
    want: ["cat: can't open 'nothing': No such file or directory", 'exit 0'],
  },
  'or go nowhere': { run: 'cat nothing 2>/dev/null', want: ['exit 1'] },
  'or into a file': {
    run: 'cat nothing 2>why; cat why',
    want: ["cat: can't open 'nothing': No such file or directory", 'exit 0'],
  },
  'redirections count from left to right': {
    run: 'cat nothing 2>&1 >file',
    want: ["cat: can't open 'nothing': No such file or directory", 'exit 1'],
  },
  'both go into one file': {
    run: 'cat nothing >all 2>&1; echo more >>all; cat all',
    want: ["cat: can't open 'nothing': No such file or directory\nmore", 'exit 0'],
  },
  'tail -f never ends': { run: 'tail -f /dev/null', want: ['forever'] },
  'tail -F waits for a file that is not there': { run: 'tail -F /opt/logs.txt', want: ['fileChange'] },
  'tail shows the last lines before it follows': {
    run: 'seq 1 12 > /f; tail -n 2 -f /f',
    want: ['11\n12', 'fileChange'],
  },
  'tail without -f ends': {
    run: 'seq 1 12 > /f; tail -n +11 /f; tail -1 /f',
    want: ['11\n12', '12', 'exit 0'],
  },
  'printenv prints each that there is': { run: 'printenv NAME OTHER NAME', want: ['a b', 'a b', 'exit 1'] },
  'arrays of bash': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    run: 'i=1; items=(foo "b r"\n baz); echo ${items[$i]} ${#items[@]} $items; for x in "${items[@]}"; do echo $x; done',
    want: ['b r 3 foo', 'foo', 'b r', 'baz', 'exit 0'],
  },
  'variables lose what fits a pattern, at their beginning or end': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    run: 'h=web-a.b-12; echo ${h##*-} ${h#*-} ${h%%-*} ${h%.*} ${h#x} "${h##*[!0-9]}"',
    want: ['12 a.b-12 web web-a web-a.b-12 12', 'exit 0'],
  },
  'rev turns lines around': { run: 'echo foo > /f; rev /f; echo bar | rev', want: ['oof', 'rab', 'exit 0'] },
  'break leaves a loop': { run: 'while true; do break; done; echo out', want: ['out', 'exit 0'] },
};

describe('the shell', () => {
  for (const [name, { run, want }] of Object.entries(cases)) {
    test(name, () => expect(story(run)).toEqual(want));
  }

  test('a busy loop takes time', () => {
    expect(story('while true; do :; done').slice(0, 2)).toEqual(['after 1000 ms', 'after 1000 ms']);
  });

  test('so does one that sleeps for no time', () => {
    expect(story('while true; do sleep 0; done').filter((step) => step !== 'after 0 ms')[0]).toBe(
      'after 1000 ms',
    );
  });

  test('nesting without end is no script', () => {
    expect(story(`${'$('.repeat(5000)}${')'.repeat(5000)}`)).toEqual(['forever']);
    expect(story('( '.repeat(5000))).toEqual(['forever']);
    expect(story('! '.repeat(50_000))).toEqual(['forever']);
  });
});
