import { isStatusError } from '../../apimachinery/errors.ts';
import { isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import { Informers } from '../../client/informers.ts';
import { type Clock, timestamp } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import { targetNode } from '../daemonset/placement.ts';

/** What becomes of a pod once it runs: it goes on, or ends after some seconds. */
export interface Life {
  readonly endsAfterSeconds?: number;
  readonly exitCode?: number;
}

/** Stands in for scheduler and node agents: binds pods, lets them run and end, and confirms that they are gone. */
export class PodLife {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #lifeOf: (pod: Pod) => Life;
  readonly #informers: Informers;
  readonly #begun = new Set<string>();

  constructor(client: Client, clock: Clock, lifeOf: (pod: Pod) => Life) {
    this.#client = client;
    this.#clock = clock;
    this.#lifeOf = lifeOf;
    this.#informers = new Informers(client, clock);
  }

  async start(): Promise<void> {
    const pods = this.#informers.of(Pods);
    await this.#informers.start();
    pods.onChange(({ after }) => {
      if (after && isBeingDeleted(after)) void this.#quietly(() => this.#end(after));
      else if (after && !this.#begun.has(uidOf(after))) {
        this.#begun.add(uidOf(after));
        void this.#quietly(() => this.#run(after));
      }
    });
  }

  async #run(pod: Pod): Promise<void> {
    const ref = refOf(pod);
    if (!pod.spec.nodeName) {
      const target = { apiVersion: 'v1', kind: 'Node', name: targetNode(pod) ?? 'node01' };
      const binding = { metadata: { name: ref.name, namespace: ref.namespace! }, target };
      await this.#client.createSubresource(Pods, ref, 'binding', binding);
    }
    await this.#setPhase(pod, 'Running');
    const { endsAfterSeconds, exitCode = 0 } = this.#lifeOf(pod);
    if (endsAfterSeconds === undefined) return;
    this.#clock.callIn(endsAfterSeconds * 1000, () => {
      void this.#quietly(() => this.#setPhase(pod, exitCode === 0 ? 'Succeeded' : 'Failed', exitCode));
    });
  }

  async #end(pod: Pod): Promise<void> {
    if (pod.metadata.deletionGracePeriodSeconds === 0) return;
    if (pod.spec.nodeName && pod.status?.phase !== 'Succeeded') await this.#setPhase(pod, 'Failed', 137);
    await this.#client.delete(Pods, refOf(pod), {
      gracePeriodSeconds: 0,
      preconditions: { uid: pod.metadata.uid! },
    });
  }

  async #setPhase(pod: Pod, phase: string, exitCode?: number): Promise<void> {
    const time = timestamp(this.#clock.now());
    const ready = { type: 'Ready', status: phase === 'Running' ? 'True' : 'False', lastTransitionTime: time };
    const container = { name: pod.spec.containers[0]!.name, image: '', imageID: '', restartCount: 0 };
    const state =
      exitCode === undefined
        ? { running: { startedAt: time } }
        : { terminated: { exitCode, startedAt: time, finishedAt: time } };
    const containerStatuses = [{ ...container, ready: phase === 'Running', state }];
    const body = { status: { phase, conditions: [ready], containerStatuses } };
    await this.#client.patch(Pods, refOf(pod), { type: 'strategic', body }, { subresource: 'status' });
  }

  /** The pod may be gone by now. */
  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isStatusError(error)) throw error;
    }
  }
}
