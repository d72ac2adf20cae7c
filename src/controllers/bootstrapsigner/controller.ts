import { keyOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { ConfigMap, Secret } from '../../generated/types.ts';
import { BOOTSTRAP_TOKEN_TYPE } from '../../resources/bootstrapToken.ts';
import { ConfigMaps, Secrets } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { type Action, type Observed, planSignatures } from './plan.ts';

const CLUSTER_INFO = 'kube-public/cluster-info';
const BY_TYPE = 'type';

/** Keeps `cluster-info` signed with every bootstrap token, so that who knows a token can tell that it is genuine (upstream's bootstrap signer). */
export class BootstrapSignerController implements Controller<Observed, Action> {
  readonly name = 'bootstrapsigner';
  readonly #configMaps: Informer<ConfigMap>;
  readonly #secrets: Informer<Secret>;

  constructor(context: ControllerContext) {
    this.#configMaps = context.informers.of(ConfigMaps);
    this.#secrets = context.informers.of(Secrets).addIndex(BY_TYPE, ({ type }) => [type ?? '']);
  }

  watch(enqueue: (key: string) => void): void {
    this.#configMaps.onChange(({ after }) => after && keyOf(after) === CLUSTER_INFO && enqueue(CLUSTER_INFO));
    this.#secrets.onChange(({ before, after }) => {
      if ((after ?? before)!.type === BOOTSTRAP_TOKEN_TYPE) enqueue(CLUSTER_INFO);
    });
  }

  observe(key: string): Observed | undefined {
    const clusterInfo = this.#configMaps.get(key);
    return clusterInfo && { clusterInfo, secrets: this.#secrets.byIndex(BY_TYPE, BOOTSTRAP_TOKEN_TYPE) };
  }

  plan(seen: Observed, now: EpochMs) {
    return planSignatures(seen, now);
  }

  async execute({ clusterInfo }: Observed, { data }: Action, client: Client): Promise<void> {
    // In a conflict, the next version is on its way, and comes here again.
    await ignoreStatusError(client.update(ConfigMaps, { ...clusterInfo, data }), 'Conflict', 'NotFound');
  }
}
