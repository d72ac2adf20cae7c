import { expect, test } from 'vitest';
import type { TestCluster } from './cluster.ts';
import type { KubectlVersion } from './kubectl.ts';

/** One command line and what kubectl must say to it. */
export interface Row {
  /** Split at blanks, unless it is a list already. */
  readonly run: string | readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Of the output, each of them. */
  readonly prints?: RegExp | readonly RegExp[];
  /** Of the error output. */
  readonly complains?: RegExp;
  /** 0 unless given. */
  readonly code?: number;
  /** Where one of the two does not know it, or says it otherwise. */
  readonly only?: KubectlVersion;
}

/** A test for each row, in order, in a namespace. */
export function testRows(
  cluster: () => TestCluster,
  version: KubectlVersion,
  namespace: string,
  rows: readonly Row[],
): void {
  for (const row of rows) {
    if (row.only && row.only !== version) continue;
    const args = typeof row.run === 'string' ? row.run.split(' ') : row.run;
    test(`${version}: kubectl ${args.join(' ')}`, async () => {
      const options = { input: row.input ?? '', ...(row.env && { env: row.env }) };
      const outcome = await cluster().kubectlWith(options, version, '-n', namespace, ...args);
      expect(outcome.code, outcome.stderr + outcome.stdout).toBe(row.code ?? 0);
      for (const pattern of [row.prints ?? []].flat()) expect(outcome.stdout).toMatch(pattern);
      if (row.complains) expect(outcome.stderr).toMatch(row.complains);
    });
  }
}
