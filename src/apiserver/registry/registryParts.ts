import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';
import type { Store } from '../../store/store.ts';
import type { Admission } from '../admission/admission.ts';

/** What the verbs work with. */
export interface RegistryParts {
  readonly store: Store;
  readonly clock: Clock;
  /** What the limits of connections go by. */
  readonly networkClock: Clock;
  readonly random: Random;
  readonly admission: Admission;
  /** What this cluster in particular has to say about a written object, beside what its kind says. */
  readonly warnings?: ((object: KubernetesObject) => readonly string[]) | undefined;
}
