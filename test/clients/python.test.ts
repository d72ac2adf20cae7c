import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { run } from '../support/command.ts';

/** Debian's `python3-kubernetes` belongs to Debian's Python. */
const PYTHON = '/usr/bin/python3';

function impediment(): string | undefined {
  try {
    execFileSync(PYTHON, ['-c', 'import kubernetes'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'python3-kubernetes is not installed';
  }
}

const why = impediment();

test.skipIf(why)(
  `Python's client runs a job, follows it, commands a pod, reaches its port and asks from within one${why ? ` (${why})` : ''}`,
  async () => {
    const cluster = await TestCluster.start({ nodes: 1, runtime: 'process' });
    try {
      const { stdout, stderr, code } = await run(PYTHON, [
        join(import.meta.dirname, 'python/tour.py'),
        cluster.kubeconfig,
      ]);
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const steps = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(Object.fromEntries(steps.map(({ step, result }) => [step, result]))).toEqual({
        job: 2,
        log: 'from python\n',
        exec: 'out\nerr\n',
        session: ['3\n', 4],
        forward: 'HTTP/1.0 200 OK',
        refused: [true, 'at once'],
        inside: ['403', true],
        missing: [404, 'NotFound'],
        dynamic: ['DaemonJob', 'tour'],
      });
    } finally {
      await cluster.stop();
    }
  },
);
