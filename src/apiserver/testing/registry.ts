import { SeededRandom } from '../../clock/random.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { ConfigMap, Namespace, Pod } from '../../generated/types.ts';
import { newPrivateKeyPem } from '../../pki/keyPair.ts';
import { allResources } from '../../resources/allResources.ts';
import { Namespaces } from '../../resources/kinds.ts';
import { MemoryStore } from '../../store/memoryStore.ts';
import { Admission, type AdmissionPlugin } from '../admission/admission.ts';
import { ServiceAccountTokens } from '../authentication/serviceAccountTokens.ts';
import { InProcessClient } from '../inProcessClient.ts';
import { Registry } from '../registry/registry.ts';
import { requestToken } from '../registry/subresources/token.ts';

const key = newPrivateKeyPem();

/** A registry on a store of its own, with the namespace `default` and the administrator as its client. */
export async function startRegistry(plugins: readonly AdmissionPlugin[] = []) {
  const store = new MemoryStore();
  const clock = new VirtualClock();
  const admission = new Admission(plugins);
  const random = new SeededRandom(1);
  const tokens = new ServiceAccountTokens({ store, clock, random: random.stream('tokens'), key });
  const registry = new Registry({
    store,
    clock,
    networkClock: clock,
    random,
    resources: allResources,
    admission,
    postHandlers: { 'serviceaccounts/token': requestToken(tokens) },
  });
  const client = new InProcessClient(registry, { user: 'admin', groups: ['system:masters'] });
  await client.create(Namespaces, namespace('default'));
  return { store, clock, registry, client };
}

export type TestClient = Awaited<ReturnType<typeof startRegistry>>['client'];

export const namespace = (name: string): Namespace => ({ metadata: { name }, spec: {} });

export const configMap = (name: string, rest: Partial<ConfigMap> = {}): ConfigMap => ({
  ...rest,
  metadata: { name, namespace: 'default', ...rest.metadata },
});

export const pod = (name: string, spec: Partial<Pod['spec']> = {}, metadata: Pod['metadata'] = {}): Pod => ({
  metadata: { name, namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
});
