import type { KubernetesObject } from '../apimachinery/object.ts';
import type { Client } from '../client/client.ts';
import { Informer } from '../client/informer.ts';
import type { Informers } from '../client/informers.ts';
import type { Cancel, Clock } from '../clock/clock.ts';
import type { EndpointSlice, Node, Pod, Service } from '../generated/types.ts';
import { EndpointSlices, Nodes, Pods, Services } from '../resources/kinds.ts';

export interface NodeHandlers {
  /** `pod` is its last version when it has gone. */
  onPod(pod: Pod, isGone: boolean): void;
  onNode(node: Node | undefined): void;
}

/** Where a node agent learns what the API wants of it. */
export interface NodeSources {
  /** Calls the handlers for all there is and for every change. Resolves when the first lists have been told. */
  watch(nodeName: string, handlers: NodeHandlers): Promise<Cancel>;
  services(namespace: string): readonly Service[];
  /** Calls with all nodes of the cluster once they are known, and whenever one of them has changed. */
  watchNodes(onNodes: (nodes: readonly Node[]) => void): Cancel;
  /** What leads to services and names them, all over the cluster. Started by whoever needs it; they stop with the rest. */
  serviceCaches(): ServiceCaches;
}

export interface ServiceCaches {
  readonly services: Informer<Service>;
  readonly slices: Informer<EndpointSlice>;
  readonly nodes: Informer<Node>;
}

const BY_NAMESPACE = 'metadata.namespace';
const namespaceOf = ({ metadata }: Service) => [metadata.namespace ?? ''];

/** Tells all that is in the cache at once, then again with every change. */
function followAll<T extends KubernetesObject>(
  informer: Informer<T>,
  onObjects: (objects: readonly T[]) => void,
): Cancel {
  let isOver = false;
  let cancel: Cancel = () => {};
  void informer.start().then(() => {
    if (isOver) return;
    let isTold = false;
    cancel = informer.onChange(() => isTold && onObjects(informer.list()));
    isTold = true;
    onObjects(informer.list());
  });
  return () => {
    isOver = true;
    cancel();
  };
}

/** Watches of the agent's own, for its node and its pods alone: an agent in a process of its own. */
export class OwnNodeSources implements NodeSources {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  /** All of the cluster. */
  readonly #nodes: Informer<Node>;

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#services = new Informer(client, clock, Services).addIndex(BY_NAMESPACE, namespaceOf);
    this.#slices = new Informer(client, clock, EndpointSlices);
    this.#nodes = new Informer(client, clock, Nodes);
  }

  async watch(nodeName: string, { onPod, onNode }: NodeHandlers): Promise<Cancel> {
    const nodes = new Informer(this.#client, this.#clock, Nodes, {
      fieldSelector: `metadata.name=${nodeName}`,
    });
    const pods = new Informer(this.#client, this.#clock, Pods, {
      fieldSelector: `spec.nodeName=${nodeName}`,
    });
    await Promise.all([nodes.start(), this.#services.start(), pods.start()]);
    nodes.onChange(({ after }) => onNode(after));
    pods.onChange(({ before, after }) => onPod((after ?? before)!, after === undefined));
    return () => {
      for (const informer of [nodes, pods, this.#services, this.#slices, this.#nodes]) informer.stop();
    };
  }

  services(namespace: string): readonly Service[] {
    return this.#services.byIndex(BY_NAMESPACE, namespace);
  }

  watchNodes(onNodes: (nodes: readonly Node[]) => void): Cancel {
    return followAll(this.#nodes, onNodes);
  }

  serviceCaches(): ServiceCaches {
    return { services: this.#services, slices: this.#slices, nodes: this.#nodes };
  }
}

/** One watch for all agents of a process: each change goes to the one node that it concerns, however many there are. */
export class SharedNodeSources implements NodeSources {
  readonly #informers: Informers;
  readonly #nodes: Informer<Node>;
  readonly #pods: Informer<Pod>;
  readonly #services: Informer<Service>;
  readonly #handlers = new Map<string, NodeHandlers>();

  constructor(informers: Informers) {
    this.#informers = informers;
    this.#nodes = informers.of(Nodes);
    this.#pods = informers
      .of(Pods)
      .addIndex('spec.nodeName', ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
    this.#services = informers.of(Services).addIndex(BY_NAMESPACE, namespaceOf);
    this.#nodes.onChange(({ before, after }) =>
      this.#handlers.get((after ?? before)!.metadata.name ?? '')?.onNode(after),
    );
    this.#pods.onChange(({ before, after }) => {
      const pod = (after ?? before)!;
      this.#handlers.get(pod.spec.nodeName ?? '')?.onPod(pod, after === undefined);
    });
  }

  async watch(nodeName: string, handlers: NodeHandlers): Promise<Cancel> {
    await Promise.all([this.#nodes.start(), this.#pods.start(), this.#services.start()]);
    this.#handlers.set(nodeName, handlers);
    handlers.onNode(this.#nodes.get(nodeName));
    for (const pod of this.#pods.byIndex('spec.nodeName', nodeName)) handlers.onPod(pod, false);
    return () => this.#handlers.delete(nodeName);
  }

  services(namespace: string): readonly Service[] {
    return this.#services.byIndex(BY_NAMESPACE, namespace);
  }

  watchNodes(onNodes: (nodes: readonly Node[]) => void): Cancel {
    return followAll(this.#nodes, onNodes);
  }

  serviceCaches(): ServiceCaches {
    const slices = this.#informers.of(EndpointSlices);
    return { services: this.#services, slices, nodes: this.#nodes };
  }
}
