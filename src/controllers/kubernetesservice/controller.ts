import { type KubernetesObject, objectKey } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import { EndpointSlices, Endpoints, Services } from '../../resources/kinds.ts';
import type { ServerAddress } from '../../runtime/runtime.ts';
import { type Controller, type ControllerContext, inStages, type Plan } from '../framework/controller.ts';
import { API_SERVICE, ensureApiService } from './apiService.ts';

type Action = { readonly kind: 'restore' };

interface Observed {
  readonly isWhole: boolean;
}

const KEY = objectKey(API_SERVICE.namespace, API_SERVICE.name);

/**
 * Puts the service `kubernetes` and its endpoints back when somebody deletes them, as `kubectl delete all --all` does. (Upstream looks every
 * ten seconds.)
 */
export class KubernetesServiceController implements Controller<Observed, Action> {
  readonly name = 'kubernetesservice';
  readonly #parts: readonly Pick<Informer<KubernetesObject>, 'get' | 'onChange'>[];
  readonly #server: ServerAddress;

  constructor({ informers }: ControllerContext, server: ServerAddress) {
    this.#parts = [informers.of(Services), informers.of(Endpoints), informers.of(EndpointSlices)];
    this.#server = server;
  }

  watch(enqueue: (key: string) => void): void {
    for (const part of this.#parts)
      part.onChange(({ before, after }) => {
        if (!after && before?.metadata.name === API_SERVICE.name) enqueue(KEY);
      });
  }

  observe(): Observed {
    return { isWhole: this.#parts.every((part) => part.get(KEY) !== undefined) };
  }

  plan({ isWhole }: Observed): Plan<Action> {
    return inStages<Action>(isWhole ? [] : [[{ kind: 'restore' }]]);
  }

  async execute(_seen: Observed, _action: Action, client: Client): Promise<void> {
    await ensureApiService(client, this.#server);
  }
}
