import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestCluster, type TestClusterOptions } from '../support/cluster.ts';
import { run } from '../support/command.ts';

export interface Tour {
  readonly title: string;
  /** Debian's packages of clients belong to Debian's interpreters. */
  readonly interpreter: string;
  /** Whose arguments say whether the client is there. */
  readonly probe: readonly string[];
  /** What has the client. */
  readonly package: string;
  /** Beside this file. Prints a line of JSON for each step, `{"step": …, "result": …}`. */
  readonly script: string;
  readonly cluster: TestClusterOptions;
  readonly want: Readonly<Record<string, unknown>>;
}

/** A test that a client of another language leads through a cluster; skipped with a word where the client is not installed. */
export function testTour({
  title,
  interpreter,
  probe,
  package: name,
  script,
  cluster: options,
  want,
}: Tour): void {
  const why = isThere(interpreter, probe) ? '' : ` (${name} is not installed)`;
  test.skipIf(why)(`${title}${why}`, async () => {
    const cluster = await TestCluster.start(options);
    try {
      const tour = await run(interpreter, [join(import.meta.dirname, script), cluster.kubeconfig]);
      const { stdout, stderr, code } = tour;
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const steps = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(Object.fromEntries(steps.map(({ step, result }) => [step, result]))).toEqual(want);
    } finally {
      await cluster.stop();
    }
  });
}

function isThere(interpreter: string, probe: readonly string[]): boolean {
  try {
    execFileSync(interpreter, probe, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
