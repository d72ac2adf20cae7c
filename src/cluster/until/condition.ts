import { isStatusError } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import { allResources } from '../../resources/allResources.ts';
import type { Resource } from '../../resources/resource.ts';
import { customTypeCalled } from '../customKinds.ts';
import { InVain } from './inVain.ts';
import { isRolledOut } from './rolledOut.ts';

/** Something that is waited for: what it is, in words, and whether it holds now. */
export interface Condition {
  readonly text: string;
  /** Rejects with `InVain` when it will not come, as things are. */
  holds(client: Client): Promise<boolean>;
}

const EXAMPLES = '"job/nightly complete", "pod/web ready", "daemonset/agent rolled-out" or "pod/web deleted"';

/**
 * A condition of one object, `job/nightly` and `complete`: `deleted`, `rolled-out` (as `kubectl rollout status` has it), a phase of its
 * status (`running`, `succeeded`), or a condition there that is True (`ready`, `available`, `complete`, `failed`), whatever its case;
 * `finished` is a job's Complete or Failed. Kinds are named as kubectl knows them, custom ones too, which are looked for when the condition is
 * asked for. Throws with what would be valid.
 */
export function parseCondition(object: string, what: string, namespace: string): Condition {
  const [kind = '', name = '', ...more] = object.split('/');
  if (!name || more.length > 0 || !what) {
    throw new Error(`"${object} ${what}" is no condition: it must be like ${EXAMPLES}`);
  }
  const builtIn = builtInNamed(kind);
  const wanted = what.toLowerCase();
  return {
    text: `${object} ${what}`,
    async holds(client) {
      const type = builtIn ?? (await customTypeCalled(client, kind));
      if (!type) throw noSuchKind(kind);
      const ref = { name, ...(type.namespaced && { namespace }) };
      try {
        return isMet(await client.get(type, ref), wanted);
      } catch (error) {
        if (isStatusError(error, 'NotFound')) return wanted === 'deleted';
        throw error;
      }
    },
  };
}

/** By singular, plural, short name or kind, with or without its group: `ds`, `cronjobs`, `daemonsets.apps`. */
export function resourceNamed(text: string): Resource {
  const found = builtInNamed(text);
  if (!found) throw noSuchKind(text);
  return found;
}

const noSuchKind = (text: string): Error =>
  new InVain(`There is no kind "${text}": name one as kubectl does, like "job" or "ds"`);

function builtInNamed(text: string): Resource | undefined {
  const [name = '', ...group] = text.toLowerCase().split('.');
  return allResources.find(
    (resource) =>
      [
        resource.plural,
        resource.singular,
        resource.kind.toLowerCase(),
        ...(resource.shortNames ?? []),
      ].includes(name) &&
      (group.length === 0 || resource.group === group.join('.')),
  );
}

interface WithStatus extends KubernetesObject {
  status?: { phase?: string; conditions?: readonly { type: string; status: string }[] };
}

function isMet(object: KubernetesObject, wanted: string): boolean {
  if (wanted === 'deleted') return false;
  if (wanted === 'rolled-out') return isRolledOut(object);
  const { phase, conditions = [] } = (object as WithStatus).status ?? {};
  if (phase?.toLowerCase() === wanted) return true;
  const types = wanted === 'finished' ? ['complete', 'failed'] : [wanted];
  return conditions.some(({ type, status }) => status === 'True' && types.includes(type.toLowerCase()));
}
