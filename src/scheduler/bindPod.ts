import { nameOf } from '../apimachinery/object.ts';
import type { Client } from '../client/client.ts';
import type { Pod } from '../generated/types.ts';
import { Pods } from '../resources/kinds.ts';

/** Writes a pod's node, of this very pod and not of a namesake. */
export async function bindPod(client: Client, pod: Pod, node: string): Promise<void> {
  const { namespace, uid } = pod.metadata;
  const name = nameOf(pod);
  const binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, ...(namespace && { namespace }), ...(uid && { uid }) },
    target: { kind: 'Node', name: node },
  };
  await client.createSubresource(Pods, { name, namespace }, 'binding', binding);
}
