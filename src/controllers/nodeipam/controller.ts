import { nameOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import type { Node } from '../../generated/types.ts';
import { Nodes } from '../../resources/kinds.ts';
import { type Controller, type ControllerContext, inStages, type Plan } from '../framework/controller.ts';
import { PodCidrs } from './podCidrs.ts';

interface Observed {
  readonly node: Node;
  /** The range that is kept for the node; undefined when there are no more. */
  readonly reserved: string | undefined;
}
type Action = { readonly kind: 'assign'; readonly podCIDR: string } | { readonly kind: 'tellExhausted' };

/** Gives each node a range of pod addresses of its own (upstream's node IPAM controller, range allocator). */
export class NodeIpamController implements Controller<Observed, Action> {
  readonly name = 'nodeipam';
  readonly #nodes: Informer<Node>;
  readonly #recorder: EventRecorder;
  readonly #ranges: PodCidrs;
  /** The names of nodes for which there was no range. */
  readonly #waiting = new Set<string>();

  constructor(context: ControllerContext, clusterCidr: string, nodeBits = 24) {
    this.#nodes = context.informers.of(Nodes);
    this.#recorder = context.recorder('cidrAllocator');
    this.#ranges = new PodCidrs(clusterCidr, nodeBits);
  }

  watch(enqueue: (key: string) => void): void {
    for (const node of this.#nodes.list())
      if (node.spec.podCIDR) this.#ranges.occupy(nameOf(node), node.spec.podCIDR);
    this.#nodes.onChange(({ before, after }) => {
      if (!after) this.#release(nameOf(before!), enqueue);
      else if (after.spec.podCIDR) this.#ranges.occupy(nameOf(after), after.spec.podCIDR);
      else enqueue(nameOf(after));
    });
  }

  observe(key: string): Observed | undefined {
    const node = this.#nodes.get(key);
    return node && !node.spec.podCIDR ? { node, reserved: this.#ranges.reserve(key) } : undefined;
  }

  plan({ reserved }: Observed): Plan<Action> {
    return inStages([
      [reserved === undefined ? { kind: 'tellExhausted' } : { kind: 'assign', podCIDR: reserved }],
    ]);
  }

  #release(gone: string, enqueue: (key: string) => void): void {
    this.#ranges.release(gone);
    for (const name of this.#waiting) enqueue(name);
    this.#waiting.clear();
  }

  async execute({ node }: Observed, action: Action, client: Client): Promise<void> {
    if (action.kind === 'tellExhausted') {
      this.#waiting.add(nameOf(node));
      this.#recorder.event(
        node,
        'Normal',
        'CIDRNotAvailable',
        `Node ${nameOf(node)} status is now: CIDRNotAvailable`,
      );
      return;
    }
    const { podCIDR } = action;
    const body = { spec: { podCIDR, podCIDRs: [podCIDR] } };
    await client.patch(Nodes, { name: nameOf(node) }, { type: 'strategic', body });
  }
}
