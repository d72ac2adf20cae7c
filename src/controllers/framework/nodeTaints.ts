import { nameOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { Node, Taint } from '../../generated/types.ts';
import { Nodes } from '../../resources/kinds.ts';

/** Sets all taints of a node, of this very version: somebody may be setting taints of their own. */
export async function setTaints(client: Client, node: Node, taints: readonly Taint[]): Promise<void> {
  const { resourceVersion } = node.metadata;
  const body = { metadata: { resourceVersion }, spec: { taints } };
  await client.patch(Nodes, { name: nameOf(node) }, { type: 'merge', body });
}
