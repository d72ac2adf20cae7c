import type { ControllerRevision, DaemonSetStatus, Pod } from '../../generated/types.ts';

/** Everything that the DaemonSet controller can decide to do. */
export type Action =
  | { readonly kind: 'createPod'; readonly node: string; readonly revisionHash: string }
  | { readonly kind: 'deletePod'; readonly pod: Pod; readonly because: Because }
  | { readonly kind: 'adoptPod' | 'releasePod'; readonly pod: Pod }
  | { readonly kind: 'adoptRevision' | 'releaseRevision'; readonly revision: ControllerRevision }
  | { readonly kind: 'createRevision'; readonly revision: ControllerRevision }
  | { readonly kind: 'renumberRevision'; readonly revision: ControllerRevision; readonly number: number }
  | { readonly kind: 'labelRevision'; readonly revision: ControllerRevision; readonly hash: string }
  | { readonly kind: 'deleteRevision'; readonly revision: ControllerRevision }
  | { readonly kind: 'relabelPod'; readonly pod: Pod; readonly revisionHash: string }
  | { readonly kind: 'warnOfNoProgress'; readonly message: string }
  | { readonly kind: 'countCollision' }
  | { readonly kind: 'updateStatus'; readonly status: DaemonSetStatus };

/** Why a daemon has to go. */
export type Because = 'failed' | 'succeeded' | 'surplus' | 'unwanted' | 'outdated' | 'nodeGone';
