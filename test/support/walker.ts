import { expect } from 'vitest';
import type { Json } from './api.ts';
import type { KubectlVersion } from './kubectl.ts';
import type { Recording } from './recording.ts';
import { type Table, tableOf } from './table.ts';
import type { WalkedCluster } from './walkthrough/walkedCluster.ts';

const FOUR_MINUTES = { withinMs: 240_000 };

/** One kubectl in a namespace of its own, all of whose pods and jobs are recorded. */
export class Walker {
  readonly pods: Recording;
  readonly #cluster: Pick<WalkedCluster, 'api' | 'watchAll' | 'kubectlWith'>;
  readonly #version: KubectlVersion;
  readonly #namespace: string;
  readonly jobs: Recording;

  private constructor(
    cluster: Pick<WalkedCluster, 'api' | 'watchAll' | 'kubectlWith'>,
    version: KubectlVersion,
    namespace: string,
    pods: Recording,
    jobs: Recording,
  ) {
    this.#cluster = cluster;
    this.#version = version;
    this.#namespace = namespace;
    this.pods = pods;
    this.jobs = jobs;
  }

  static async start(
    cluster: Pick<WalkedCluster, 'api' | 'watchAll' | 'kubectlWith'>,
    version: KubectlVersion,
    topic: string,
  ): Promise<Walker> {
    const namespace = `${topic}-${version.replaceAll('.', '-')}`;
    await cluster.api.post('/api/v1/namespaces', { metadata: { name: namespace } });
    const pods = await cluster.watchAll(`/api/v1/namespaces/${namespace}/pods`);
    const jobs = await cluster.watchAll(`/apis/batch/v1/namespaces/${namespace}/jobs`);
    return new Walker(cluster, version, namespace, pods, jobs);
  }

  /** Of every pod that there ever was. */
  get podNames(): string[] {
    return [...new Set(this.pods.events.map(({ object }) => object.metadata.name))];
  }

  apply(manifest: string): Promise<string> {
    return this.#run(manifest, 'apply', '-f', '-');
  }

  kubectl(...args: string[]): Promise<string> {
    return this.#run('', ...args);
  }

  async table(...args: string[]): Promise<Table> {
    return tableOf(await this.kubectl(...args));
  }

  async untilJob(name: string, condition: 'Complete' | 'Failed'): Promise<Json> {
    const isSo = ({ metadata, status }: Json) =>
      metadata.name === name &&
      status.conditions?.some(({ type, status }: Json) => type === condition && status === 'True');
    const jobs = await this.jobs.until(`job ${name} is ${condition}`, (all) => all.some(isSo), FOUR_MINUTES);
    return jobs.find(isSo);
  }

  async #run(input: string, ...args: string[]): Promise<string> {
    const { stdout, stderr, code } = await this.#cluster.kubectlWith(
      { input },
      this.#version,
      '-n',
      this.#namespace,
      ...args,
    );
    expect(code, stderr).toBe(0);
    return stdout;
  }
}
