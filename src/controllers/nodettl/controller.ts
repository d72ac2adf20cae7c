import { nameOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import type { Node } from '../../generated/types.ts';
import { Nodes } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { type Action, type Observed, planNodeTtl, TTL_ANNOTATION } from './plan.ts';
import { secondsOf, stepFor } from './ttlSteps.ts';

/**
 * Tells nodes how long they may remember objects, by the size of the cluster (upstream's TTL controller). Upstream looks at a node whenever
 * something of it changes, as its status does by itself; here the others are looked at when a step is taken.
 */
export class NodeTtlController implements Controller<Observed, Action> {
  readonly name = 'nodettl';
  readonly #nodes: Informer<Node>;
  #count = 0;
  #step = 0;

  constructor(context: ControllerContext) {
    this.#nodes = context.informers.of(Nodes);
  }

  watch(enqueue: (key: string) => void): void {
    this.#nodes.onChange(({ before, after }) => {
      if (!before) this.#count++;
      if (!after) this.#count--;
      const step = stepFor(this.#count, this.#step);
      if (after && isToldAnew(before, after)) enqueue(nameOf(after));
      if (step === this.#step) return;
      this.#step = step;
      for (const node of this.#nodes.list()) enqueue(nameOf(node));
    });
  }

  observe(key: string): Observed | undefined {
    const node = this.#nodes.get(key);
    return node && { node, seconds: secondsOf(this.#step) };
  }

  plan(seen: Observed) {
    return planNodeTtl(seen);
  }

  async execute({ node }: Observed, { seconds }: Action, client: Client): Promise<void> {
    const body = { metadata: { annotations: { [TTL_ANNOTATION]: String(seconds) } } };
    await client.patch(Nodes, { name: nameOf(node) }, { type: 'strategic', body });
  }
}

const isToldAnew = (before: Node | undefined, after: Node): boolean =>
  !before || before.metadata.annotations?.[TTL_ANNOTATION] !== after.metadata.annotations?.[TTL_ANNOTATION];
