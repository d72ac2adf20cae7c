import type { EpochMs } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import { age } from '../columns/age.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import { NONE } from '../columns/selectorText.ts';
import type { Column } from '../resource.ts';
import { podSummary } from './podStatusText.ts';

function restartsText(pod: Pod, now: EpochMs): string {
  const { restarts, lastRestart } = podSummary(pod);
  return restarts > 0 && lastRestart ? `${restarts} (${age(lastRestart, now)} ago)` : String(restarts);
}

function readinessGatesText({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return NONE;
  const isOpen = (type: string) =>
    status?.conditions?.find((condition) => condition.type === type)?.status === 'True';
  return `${gates.filter(({ conditionType }) => isOpen(conditionType)).length}/${gates.length}`;
}

const wide = (name: string, description: string, cell: (pod: Pod) => string): Column<Pod> => ({
  name,
  type: 'string',
  priority: 1,
  description,
  cell,
});

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  {
    name: 'Ready',
    type: 'string',
    description: 'The aggregate readiness state of this pod for accepting traffic.',
    cell(pod) {
      const { ready, total } = podSummary(pod);
      return `${ready}/${total}`;
    },
  },
  {
    name: 'Status',
    type: 'string',
    description: 'The aggregate status of the containers in this pod.',
    cell: (pod) => podSummary(pod).status,
  },
  {
    name: 'Restarts',
    type: 'string',
    description:
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    cell: restartsText,
  },
  ageColumn,
  wide('IP', 'The address of the pod.', ({ status }) => status?.podIPs?.[0]?.ip || NONE),
  wide('Node', 'The node on which the pod runs.', ({ spec }) => spec?.nodeName || NONE),
  wide(
    'Nominated Node',
    'The node on which room is being made for the pod.',
    ({ status }) => status?.nominatedNodeName || NONE,
  ),
  wide(
    'Readiness Gates',
    'How many of the conditions hold that others have set for readiness.',
    readinessGatesText,
  ),
];
