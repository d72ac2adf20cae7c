import { namespace, startRegistry } from '../../apiserver/testing/registry.ts';
import { SeededRandom } from '../../clock/random.ts';
import type { Container, CoreV1Event, Pod, PodSpec } from '../../generated/types.ts';
import { Events, Namespaces, Nodes, Pods } from '../../resources/kinds.ts';
import { SimulatedRuntime } from '../../runtime/simulated/simulatedRuntime.ts';
import { NodeAgent, type NodeAgentOptions } from '../nodeAgent.ts';

export const NODE = 'node01';

type TestApi = Awaited<ReturnType<typeof startRegistry>>;

/** An API and one simulated node that is Ready, on a clock that only the test turns. */
export class TestNode {
  readonly api: TestApi;
  readonly options: Partial<NodeAgentOptions>;
  runtime: SimulatedRuntime;
  agent: NodeAgent;
  readonly errors: string[] = [];

  /** Options that need the clock are made from the API. */
  static async start(
    options: Partial<NodeAgentOptions> | ((api: TestApi) => Partial<NodeAgentOptions>) = {},
  ): Promise<TestNode> {
    const api = await startRegistry();
    await api.client.create(Namespaces, namespace('kube-node-lease'));
    const node = new TestNode(api, typeof options === 'function' ? options(api) : options);
    await node.agent.start();
    const patch = {
      type: 'merge',
      body: { spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] } },
    } as const;
    await api.client.patch(Nodes, { name: NODE }, patch);
    await node.settled(node.agent.ready);
    return node;
  }

  private constructor(api: TestApi, options: Partial<NodeAgentOptions>) {
    this.api = api;
    this.options = options;
    [this.runtime, this.agent] = this.#make();
  }

  /** A new process on the same node: the runtime remembers nothing. */
  async restart(): Promise<void> {
    await this.agent.stop();
    [this.runtime, this.agent] = this.#make();
    await this.agent.start();
    await this.settled(this.agent.ready);
  }

  #make(): [SimulatedRuntime, NodeAgent] {
    const { clock, client } = this.api;
    const random = new SeededRandom(7);
    const runtime = new SimulatedRuntime({ clock, random, unpullableImages: [/missing/] });
    const agent = new NodeAgent({
      name: NODE,
      client,
      clock,
      random,
      runtime,
      addresses: [
        { type: 'InternalIP', address: '192.168.0.11' },
        { type: 'Hostname', address: NODE },
      ],
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      reportError: (what, error) => this.errors.push(`${what}: ${(error as Error).stack}`),
      ...this.options,
    });
    return [runtime, agent];
  }

  /** Lets the clock run until something is done. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    let isDone = false;
    void promise.finally(() => {
      isDone = true;
    });
    await this.api.clock.runUntil(() => isDone);
    return promise;
  }

  /** Lets the clock run until the pod is as wanted (undefined: gone), for at most ten virtual minutes. */
  async until(name: string, condition: (pod: Pod | undefined) => boolean): Promise<Pod | undefined> {
    let pod: Pod | undefined;
    const found = await this.api.clock.runUntil(() => {
      pod = this.podNow(name);
      return condition(pod);
    }, 600_000);
    if (!found)
      throw new Error(
        `Pod "${name}" did not come to be as wanted: ${JSON.stringify(pod?.status)} ${this.errors}`,
      );
    return pod;
  }

  podNow(name: string): Pod | undefined {
    const pods = this.api.registry.list({ resource: this.#pods(), namespace: 'default' }, {}).items;
    return pods.map(({ object }) => object as Pod).find(({ metadata }) => metadata.name === name);
  }

  createPod(name: string, spec: Partial<PodSpec>, metadata: Pod['metadata'] = {}): Promise<Pod> {
    return this.api.client.create(Pods, {
      metadata: { name, namespace: 'default', ...metadata },
      spec: { nodeName: NODE, containers: [container('main')], ...spec },
    });
  }

  async events(): Promise<string[]> {
    const { items } = await this.api.client.list<CoreV1Event>(Events, { namespace: 'default' });
    const told = items.filter(({ involvedObject }) => involvedObject.kind === 'Pod');
    return told.map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  }

  #pods() {
    return this.api.registry.resources.find(({ plural }) => plural === 'pods')!;
  }
}

/** A container whose script is run by `sh -c`; without one, nginx. */
export const container = (name: string, script?: string, rest: Partial<Container> = {}): Container => ({
  name,
  image: 'nginx:1.14-alpine',
  ...(script !== undefined && { command: ['/bin/sh', '-c', script] }),
  ...rest,
});
