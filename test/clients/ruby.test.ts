import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { run } from '../support/command.ts';

/** Debian's `ruby-kubeclient` belongs to Debian's Ruby. */
const RUBY = '/usr/bin/ruby';

function impediment(): string | undefined {
  try {
    execFileSync(RUBY, ['-e', 'require "kubeclient"'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'ruby-kubeclient is not installed';
  }
}

const why = impediment();

test.skipIf(why)(
  `Ruby's client runs a job, follows it and its log, patches, and turns pages${why ? ` (${why})` : ''}`,
  async () => {
    const cluster = await TestCluster.start({ nodes: 1 });
    try {
      const { stdout, stderr, code } = await run(RUBY, [
        join(import.meta.dirname, 'ruby/tour.rb'),
        cluster.kubeconfig,
      ]);
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const steps = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(Object.fromEntries(steps.map(({ step, result }) => [step, result]))).toEqual({
        job: ['MODIFIED', 1],
        log: ['from ruby', 'done'],
        patches: { b: '2', c: '3', d: '4' },
        pages: [
          [['one'], false],
          [['two'], true],
        ],
        missing: [404, 'pods "nobody" not found'],
        absent: 404,
      });
    } finally {
      await cluster.stop();
    }
  },
);
