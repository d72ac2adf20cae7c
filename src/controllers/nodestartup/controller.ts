import { controllerOf, isBeingDeleted, nameOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import type { DaemonSet, Node } from '../../generated/types.ts';
import { isRequiredAtStartup } from '../../resources/daemonset/nodeStartup.ts';
import { DaemonSets, Nodes } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { setTaints } from '../framework/nodeTaints.ts';
import { PodCache } from '../pods/podIndexes.ts';
import { type Action, isAwaiting, type Observed, planNodeStartup } from './plan.ts';

/** Lets ordinary pods onto new nodes when the daemons are Ready that must be there first. Looks at nodes that wait, and at no others. */
export class NodeStartupController implements Controller<Observed, Action> {
  readonly name = 'nodestartup';
  readonly #nodes: Informer<Node>;
  readonly #daemonSets: Informer<DaemonSet>;
  readonly #pods: PodCache;

  constructor(context: ControllerContext) {
    this.#nodes = context.informers.of(Nodes);
    this.#daemonSets = context.informers.of(DaemonSets);
    this.#pods = new PodCache(context.informers);
  }

  watch(enqueue: (key: string) => void): void {
    this.#nodes.onChange(({ after }) => {
      if (after && isAwaiting(after)) enqueue(nameOf(after));
    });
    this.#daemonSets.onChange(({ before, after }) => {
      if (![before, after].some((daemonSet) => daemonSet && isRequiredAtStartup(daemonSet))) return;
      for (const node of this.#nodes.list()) if (isAwaiting(node)) enqueue(nameOf(node));
    });
    this.#pods.informer.onChange(({ after }) => {
      const node = after?.spec.nodeName ? this.#nodes.get(after.spec.nodeName) : undefined;
      if (node && isAwaiting(node) && controllerOf(after!)?.kind === DaemonSets.kind) enqueue(nameOf(node));
    });
  }

  observe(key: string): Observed | undefined {
    const node = this.#nodes.get(key);
    if (!node || !isAwaiting(node)) return undefined;
    const required = this.#daemonSets.list().filter(isRequired);
    return { node, required, pods: this.#pods.onNode(key) };
  }

  plan(seen: Observed) {
    return planNodeStartup(seen);
  }

  /** The cache may not show yet the very DaemonSet for whose sake the node was tainted: the server is asked before the taint goes. */
  async execute({ node, pods }: Observed, _action: Action, client: Client): Promise<void> {
    const required = (await client.list(DaemonSets)).items.filter(isRequired);
    for (const { taints } of planNodeStartup({ node, required, pods }).stages.flat())
      await setTaints(client, node, taints);
  }
}

const isRequired = (daemonSet: DaemonSet) => isRequiredAtStartup(daemonSet) && !isBeingDeleted(daemonSet);
