import type { EpochMs } from '../../clock/clock.ts';
import type {
  CronJob,
  DaemonJob,
  DaemonSet,
  Deployment,
  Job,
  PodDisruptionBudget,
  StatefulSet,
} from '../../generated/types.ts';
import type { NodeDescription } from '../../library/simulatedNode.ts';

/**
 * A whole history before it happens, as data: which nodes there are, and what is done to the cluster at which time. Made from a seed, and
 * made shorter by leaving things out.
 */
export interface Plan {
  readonly seed: number;
  readonly minutes: number;
  readonly startTime: EpochMs;
  /** Where CronJobs without `timeZone` read their schedule. */
  readonly timeZone: string;
  readonly nodes: readonly NodeDescription[];
  readonly steps: readonly Step[];
}

/** Something that is done at a time. */
export interface Step {
  /** By which `--keep` names it. */
  readonly id: number;
  /** Milliseconds since the beginning, as a stopwatch counts them: whatever becomes of the cluster's clock. */
  readonly at: number;
  readonly does: Operation | Fault;
}

/** What users make, change and delete; a budget is nothing else here. */
export type Workload = DaemonSet | Job | CronJob | Deployment | StatefulSet | DaemonJob | PodDisruptionBudget;
export type WorkloadKind =
  | 'DaemonSet'
  | 'Job'
  | 'CronJob'
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonJob'
  | 'PodDisruptionBudget';
type Propagation = 'Foreground' | 'Background' | 'Orphan';

/** What users and administrators do. Something that is not there (any more) is left alone. */
export type Operation =
  | { readonly kind: 'create'; readonly workload: Workload }
  /** A merge patch. */
  | { readonly kind: 'change'; readonly of: WorkloadKind; readonly name: string; readonly patch: object }
  | {
      readonly kind: 'delete';
      readonly of: WorkloadKind;
      readonly name: string;
      readonly propagation: Propagation;
    }
  /** `pick`, from 0 to 1, is its place among all pods. */
  | { readonly kind: 'killPod'; readonly pick: number; readonly how: 'delete' | 'force' | 'evict' }
  /** Its labels go, and its owner with them; and come back. */
  | { readonly kind: 'relabelPod'; readonly pick: number; readonly lastsMs: number }
  | {
      readonly kind: 'labelNode';
      readonly node: string;
      readonly label: string;
      readonly value: string | null;
    }
  | { readonly kind: 'taintNode'; readonly node: string; readonly effect: 'NoSchedule' | 'NoExecute' | null }
  | { readonly kind: 'cordon' | 'uncordon' | 'drain'; readonly node: string }
  | { readonly kind: 'removeNode'; readonly node: string }
  | { readonly kind: 'addNode'; readonly node: NodeDescription };

/** Whose requests and watches a fault of the network is about: the controllers', or those of a node. */
export type Whom = 'controllers' | { readonly node: string };

/** What goes wrong, and for how long. */
export type Fault =
  | { readonly kind: 'crashNode'; readonly node: string; readonly lastsMs: number }
  | { readonly kind: 'cut'; readonly whom: Whom; readonly lastsMs: number }
  /** Requests take so long, and news so long. */
  | {
      readonly kind: 'slow';
      readonly whom: Whom;
      readonly delayMs: number;
      readonly newsDelayMs: number;
      readonly lastsMs: number;
    }
  | { readonly kind: 'endWatches'; readonly whom: Whom; readonly expired: boolean }
  /** Of the writes, so large a share is refused, told to conflict, or carried out without an answer. */
  | {
      readonly kind: 'refuse' | 'conflict' | 'loseAnswers';
      readonly whom: Whom;
      readonly share: number;
      readonly lastsMs: number;
    }
  /** The controllers die right after one of their writes, and others come some time later. */
  | { readonly kind: 'crashControllers'; readonly afterWrites: number; readonly backAfterMs: number }
  | {
      readonly kind: 'troubleStore';
      readonly errorShare: number;
      readonly delayMs: number;
      readonly lastsMs: number;
    }
  /** Who watches from before now has to list again. */
  | { readonly kind: 'compact' }
  | { readonly kind: 'jumpClock'; readonly byMs: number };

export const isFault = (does: Operation | Fault): does is Fault => FAULTS.has(does.kind);

const FAULTS: ReadonlySet<string> = new Set<Fault['kind']>([
  'crashNode',
  'cut',
  'slow',
  'endWatches',
  'refuse',
  'conflict',
  'loseAnswers',
  'crashControllers',
  'troubleStore',
  'compact',
  'jumpClock',
]);

/** A node that no plan does without. */
export const FIRST_NODE = 'node01';
export const NAMESPACE = 'default';
/** Images with this in their name cannot be pulled. */
export const UNPULLABLE = /unpullable/;
/** The taint that operations set and take. */
export const TAINT_KEY = 'example.com/taken';
