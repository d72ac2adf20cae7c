import type { Pod, Toleration } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import { NOT_READY, UNREACHABLE } from '../../resources/placement/wellKnownTaints.ts';
import type { AdmissionPlugin } from './admission.ts';

const TOLERATION_SECONDS = 300;
const KEYS = [NOT_READY, UNREACHABLE];

/** Upstream's DefaultTolerationSeconds: a pod that does not say otherwise stays on a lost node for five minutes. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  admit({ operation, resource, subresource, object }) {
    if (operation === 'DELETE' || resource.kind !== Pods.kind || subresource) return;
    const { spec } = object as Pod;
    if (!spec) return;
    const tolerations = spec.tolerations ?? [];
    const missing = KEYS.filter((key) => !tolerations.some((toleration) => tolerates(toleration, key)));
    if (missing.length > 0) spec.tolerations = [...tolerations, ...missing.map(forSomeTime)];
  },
};

const tolerates = ({ key, effect }: Toleration, wanted: string): boolean =>
  (!key || key === wanted) && (!effect || effect === 'NoExecute');

const forSomeTime = (key: string): Toleration => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: TOLERATION_SECONDS,
});
