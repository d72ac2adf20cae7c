import { TestContainerd } from '../../src/runtime/cri/testing/containerd.ts';
import { TestCluster } from './cluster.ts';

/** One node of real containers, by a containerd of the test's own. */
export class ContainerCluster {
  readonly cluster: TestCluster;
  readonly containerd: TestContainerd;

  private constructor(cluster: TestCluster, containerd: TestContainerd) {
    this.cluster = cluster;
    this.containerd = containerd;
  }

  /** `range`: the addresses of its pods, which no other test may have. `options`: more of the command line of `sampan up`. */
  static async start(range: string, ...options: string[]): Promise<ContainerCluster> {
    const containerd = await TestContainerd.start();
    try {
      await containerd.provideNetwork(range);
      const own = ['--cri-socket', containerd.socket, '--pod-logs-dir', containerd.podLogsDir];
      const more = [...own, ...options];
      return new ContainerCluster(await TestCluster.start({ runtime: 'cri', nodes: 1, more }), containerd);
    } catch (error) {
      await containerd.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    try {
      await this.cluster.stop();
    } finally {
      await this.containerd.stop();
    }
  }
}
