import type { EpochMs } from '../../clock/clock.ts';
import { SeededRandom } from '../../clock/random.ts';
import { Chance } from './chance.ts';
import { aFault } from './faults.ts';
import { aNode, anOperation } from './operations.ts';
import {
  type Fault,
  FIRST_NODE,
  type Operation,
  type Plan,
  type Workload,
  type WorkloadKind,
} from './plan.ts';
import { aWorkload } from './workloads.ts';

const KINDS: readonly (readonly [number, WorkloadKind])[] = [
  [3, 'DaemonSet'],
  [3, 'Job'],
  [3, 'CronJob'],
  [1, 'Deployment'],
];
/** Drawn apart from the first. */
const MORE_KINDS: readonly (readonly [number, WorkloadKind])[] = [
  [3, 'StatefulSet'],
  [2, 'DaemonJob'],
];
const TIME_ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns'];
/** Winter, spring and summer, far from any change of clocks. */
const MONTHS = [0, 4, 6];

/** At most so many operations, and so many faults: quiet weeks, working days, and the worst of all days. */
const PER_MINUTE = [0.3, 0.8, 2];

type Timed = { readonly at: number; readonly does: Operation | Fault };

/** The same seed and length give the same plan. */
export function generatePlan(seed: number, minutes: number): Plan {
  const random = new SeededRandom(`plan/${seed}`);
  const chance = (name: string) => new Chance(random.stream(name));
  const shape = chance('shape');
  const nodes = Array.from({ length: shape.between(1, 5) }, (_, index) =>
    aNode(index === 0 ? FIRST_NODE : `node0${index + 1}`, shape),
  );
  const names = nodes.map(({ name }) => name);
  const workloads = someWorkloads(chance('workloads'), minutes);
  const more = moreWorkloads(chance('more workloads'), minutes);
  const steps = [
    ...workloads,
    ...more,
    ...someOperations(
      workloads.map(({ does }) => does.workload),
      names,
      chance('operations'),
      minutes,
    ),
    ...(more.length === 0
      ? []
      : someOperations(
          more.map(({ does }) => does.workload),
          names,
          chance('more operations'),
          minutes,
        )),
    ...someFaults(names, chance('faults'), minutes),
  ];
  const ordered = steps.toSorted((a, b) => a.at - b.at).map((step, id) => ({ id, ...step }));
  return { seed, minutes, startTime: aTime(shape), timeZone: shape.oneOf(TIME_ZONES), nodes, steps: ordered };
}

const aTime = (chance: Chance): EpochMs =>
  Date.UTC(2026, chance.oneOf(MONTHS), chance.between(5, 20), chance.between(0, 23), chance.between(0, 59));

const anyTime = (chance: Chance, minutes: number) => Math.round(chance.next() * minutes * 60_000);

function someWorkloads(chance: Chance, minutes: number) {
  return Array.from({ length: chance.between(2, 5) }, (_, index) => {
    const kind = chance.weighted(KINDS);
    const workload: Workload = aWorkload(kind, `${kind.toLowerCase()}-${index}`, chance);
    const at = chance.may(0.6) ? 0 : anyTime(chance, minutes * 0.6);
    return { at, does: { kind: 'create' as const, workload } };
  });
}

/** Each StatefulSet may have a budget. */
function moreWorkloads(chance: Chance, minutes: number) {
  return Array.from({ length: chance.between(0, 2) }, (_, index) => {
    const kind = chance.weighted(MORE_KINDS);
    const name = `${kind.toLowerCase()}-${index}`;
    const kinds = kind === 'StatefulSet' && chance.may(0.7) ? [kind, 'PodDisruptionBudget' as const] : [kind];
    const at = chance.may(0.6) ? 0 : anyTime(chance, minutes * 0.6);
    return kinds.map((each) => ({
      at,
      does: { kind: 'create' as const, workload: aWorkload(each, name, chance) },
    }));
  }).flat();
}

function someOperations(
  workloads: readonly Workload[],
  nodes: readonly string[],
  chance: Chance,
  minutes: number,
): Timed[] {
  const count = chance.between(0, Math.ceil(minutes * chance.oneOf(PER_MINUTE)));
  return Array.from({ length: count }, () => ({
    at: anyTime(chance, minutes),
    does: anOperation(workloads, nodes, chance),
  }));
}

/** One in six histories is without any: what breaks there is the plainest. */
function someFaults(nodes: readonly string[], chance: Chance, minutes: number): Timed[] {
  const count = chance.may(1 / 6) ? 0 : chance.between(1, Math.ceil(minutes * chance.oneOf(PER_MINUTE)));
  return Array.from({ length: count }, () => ({
    at: anyTime(chance, minutes),
    does: aFault(nodes, chance),
  }));
}
