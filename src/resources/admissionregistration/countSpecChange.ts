import type { KubernetesObject } from '../../apimachinery/object.ts';
import { semanticEqual } from '../semanticEqual.ts';

interface WithSpec extends KubernetesObject {
  spec: object;
}

/** A change of the spec is a new generation. */
export function countSpecChange(next: WithSpec, stored: WithSpec): void {
  if (semanticEqual(next.spec, stored.spec)) return;
  next.metadata.generation = (stored.metadata.generation ?? 0) + 1;
}
