import type { ControllerRevision, Pod, StatefulSetStatus } from '../../generated/types.ts';

/** Everything that the StatefulSet controller can decide to do. */
export type Action =
  | { readonly kind: 'createPod'; readonly pod: Pod }
  | { readonly kind: 'deletePod' | 'identifyPod' | 'adoptPod' | 'releasePod'; readonly pod: Pod }
  | {
      readonly kind: 'adoptRevision' | 'releaseRevision' | 'createRevision' | 'deleteRevision';
      readonly revision: ControllerRevision;
    }
  | { readonly kind: 'renumberRevision'; readonly revision: ControllerRevision; readonly number: number }
  | { readonly kind: 'countCollision' }
  | { readonly kind: 'updateStatus'; readonly status: StatefulSetStatus };
