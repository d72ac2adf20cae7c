import type { NodeDescription } from '../../library/simulatedNode.ts';
import type { Fault, Operation, Step, Whom } from './plan.ts';

/** `07:26.2  cut node02 off for 119s`. */
export const stepInWords = ({ id, at, does }: Step): string =>
  `${stopwatch(at)}  ${inWords(does)}  (step ${id})`;

/** Minutes and seconds since the beginning. */
export function stopwatch(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = ((ms % 60_000) / 1000).toFixed(1);
  return `${String(minutes).padStart(2, '0')}:${seconds.padStart(4, '0')}`;
}

export const nodeInWords = ({ name, labels }: NodeDescription): string => {
  const shown = Object.entries(labels ?? {}).map(([label, value]) => `${label.split('/').at(-1)}=${value}`);
  return `${name} (${shown.join(', ')})`;
};

function inWords(does: Operation | Fault): string {
  switch (does.kind) {
    case 'create': {
      const { kind, metadata, spec } = does.workload;
      return `create ${kind} ${metadata.name} ${JSON.stringify(spec)}`;
    }
    case 'change':
      return `change ${does.of} ${does.name}: ${JSON.stringify(does.patch)}`;
    case 'delete':
      return `delete ${does.of} ${does.name}, ${does.propagation}`;
    case 'killPod':
      return `${does.how} the pod at ${percent(does.pick)} of all`;
    case 'relabelPod':
      return `take the labels of the pod at ${percent(does.pick)} of all${lasting(does)}`;
    case 'labelNode':
      return `label node ${does.node}: ${does.label}=${does.value}`;
    case 'taintNode':
      return `taint node ${does.node}: ${does.effect ?? 'nothing'}`;
    case 'addNode':
      return `add node ${nodeInWords(does.node)}`;
    case 'cordon':
    case 'uncordon':
    case 'drain':
    case 'removeNode':
      return `${does.kind} ${does.node}`;
    default:
      return faultInWords(does);
  }
}

function faultInWords(fault: Fault): string {
  switch (fault.kind) {
    case 'crashNode':
      return `CRASH of ${fault.node}${lasting(fault)}`;
    case 'cut':
      return `CUT between ${nameOf(fault.whom)} and the API${lasting(fault)}`;
    case 'slow':
      return `SLOW link of ${nameOf(fault.whom)}: requests ${fault.delayMs}ms, news ${fault.newsDelayMs}ms${lasting(fault)}`;
    case 'endWatches':
      return `END of all watches of ${nameOf(fault.whom)}${fault.expired ? ', with 410' : ''}`;
    case 'refuse':
      return `REFUSAL of ${percent(fault.share)} of the writes of ${nameOf(fault.whom)}${lasting(fault)}`;
    case 'conflict':
      return `CONFLICT for ${percent(fault.share)} of the writes of ${nameOf(fault.whom)}${lasting(fault)}`;
    case 'loseAnswers':
      return `LOSS of ${percent(fault.share)} of the answers to writes of ${nameOf(fault.whom)}${lasting(fault)}`;
    case 'crashControllers':
      return `CRASH of the controllers after ${fault.afterWrites} writes, others after ${fault.backAfterMs / 1000}s`;
    case 'troubleStore':
      return `TROUBLE of the store: ${percent(fault.errorShare)} errors, ${fault.delayMs}ms late${lasting(fault)}`;
    case 'compact':
      return 'COMPACTION of all history';
    case 'jumpClock':
      return `JUMP of the clock by ${fault.byMs / 1000}s`;
  }
}

const lasting = ({ lastsMs }: { readonly lastsMs: number }): string => ` for ${lastsMs / 1000}s`;
const percent = (share: number): string => `${Math.round(share * 100)}%`;
const nameOf = (whom: Whom): string => (whom === 'controllers' ? 'the controllers' : whom.node);
