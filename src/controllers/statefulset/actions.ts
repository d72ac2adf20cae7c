import type { ControllerRevision, Pod, StatefulSetStatus } from '../../generated/types.ts';

/** Why a pod goes. */
export type Because = 'failed' | 'ended' | 'surplus' | 'outdated';

export type Action =
  | { readonly kind: 'adoptPod' | 'releasePod'; readonly pod: Pod }
  | {
      readonly kind: 'adoptRevision' | 'releaseRevision' | 'createRevision' | 'deleteRevision';
      readonly revision: ControllerRevision;
    }
  | { readonly kind: 'renumberRevision'; readonly revision: ControllerRevision; readonly number: number }
  | { readonly kind: 'countCollision' }
  | { readonly kind: 'createPod'; readonly pod: Pod }
  | { readonly kind: 'deletePod'; readonly pod: Pod; readonly because: Because }
  | { readonly kind: 'updateStatus'; readonly status: StatefulSetStatus };
