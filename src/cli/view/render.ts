import { styleText } from 'node:util';
import type { CronJob, DaemonSet, Deployment, Job, Node, Pod } from '../../generated/types.ts';
import { humanDuration } from '../../resources/columns/age.ts';
import { isReady } from '../../resources/conditions.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import { MARKS, type Mark, markOf } from './podCell.ts';
import type { Snapshot } from './snapshot.ts';

/** Draws the cluster: nodes with their pods, then what is being rolled out or worked on. */
export function render(snapshot: Snapshot, width: number, height: number): string[] {
  const lines = [
    legend(),
    '',
    ...nodeLines(snapshot, width),
    ...section('DAEMONSETS', snapshot.daemonSets.map(daemonSetLine)),
    ...section('DEPLOYMENTS', snapshot.deployments.map(deploymentLine)),
    ...section(
      'CRONJOBS',
      snapshot.cronJobs.map((cronJob) => cronJobLine(cronJob, snapshot.now)),
    ),
    ...section(
      'JOBS',
      newestFirst(snapshot.jobs).map((job) => jobLine(job, snapshot.now)),
    ),
  ];
  return lines.length <= height
    ? lines
    : [...lines.slice(0, height - 1), dim(`… ${lines.length - height + 1} more lines`)];
}

const dim = (text: string) => styleText('gray', text);
const bold = (text: string) => styleText('bold', text);
const draw = ({ text, colour }: Mark) => styleText(colour, text);

const legend = () =>
  Object.entries(MARKS)
    .map(([name, mark]) => `${draw(mark)} ${dim(name)}`)
    .join('  ');

const section = (title: string, lines: readonly string[]) =>
  lines.length > 0 ? ['', bold(title), ...lines] : [];

function nodeLines({ nodes, pods }: Snapshot, width: number): string[] {
  const byNode = Map.groupBy(pods, (pod) => pod.spec.nodeName ?? '');
  const lines = nodes.toSorted(byName).map((node) => {
    const name = node.metadata.name ?? '';
    const state = readyText(node);
    return `${bold(name.padEnd(12))} ${state}  ${marks(byNode.get(name) ?? [], width - 26)}`;
  });
  const unbound = byNode.get('') ?? [];
  return [
    ...lines,
    ...(unbound.length > 0 ? [`${dim('(no node)'.padEnd(22))}  ${marks(unbound, width - 26)}`] : []),
  ];
}

const byName = (a: Node, b: Node) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1);

function readyText(node: Node): string {
  const text = `${isReady(node) ? 'Ready' : 'NotReady'}${node.spec.unschedulable ? ',Off' : ''}`.padEnd(9);
  return styleText(isReady(node) ? 'green' : 'red', text);
}

function marks(pods: readonly Pod[], room: number): string {
  const shown = pods.slice(0, Math.max(1, room));
  return `${shown.map((pod) => draw(markOf(pod))).join('')}${pods.length > shown.length ? dim('…') : ''}`;
}

const BAR_LENGTH = 20;

/** A bar of which so much is done, with the count behind it. */
function progress(done: number, all: number): string {
  const filled = all > 0 ? Math.min(BAR_LENGTH, Math.round((BAR_LENGTH * done) / all)) : 0;
  return `${styleText('green', '█'.repeat(filled))}${dim('░'.repeat(BAR_LENGTH - filled))} ${done}/${all}`;
}

const named = (name: string | undefined) => `  ${(name ?? '').padEnd(30)} `;

function daemonSetLine({ metadata, status }: DaemonSet): string {
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  return `${named(metadata.name)}${progress(numberAvailable, desiredNumberScheduled)} available, ${updatedNumberScheduled} up to date`;
}

function deploymentLine({ metadata, spec, status }: Deployment): string {
  return `${named(metadata.name)}${progress(status?.availableReplicas ?? 0, spec.replicas ?? 1)} available, ${status?.updatedReplicas ?? 0} up to date`;
}

function cronJobLine({ metadata, spec, status }: CronJob, now: number): string {
  const last = status?.lastScheduleTime
    ? `last ${humanDuration(now - Date.parse(status.lastScheduleTime))} ago`
    : 'not yet run';
  return `${named(metadata.name)}${spec.schedule.padEnd(BAR_LENGTH)} ${last}, ${status?.active?.length ?? 0} active`;
}

function jobLine(job: Job, now: number): string {
  const { metadata, spec, status = {} } = job;
  const end = finishedCondition(job);
  const until = end?.lastTransitionTime ? Date.parse(end.lastTransitionTime) : now;
  const duration = status.startTime ? humanDuration(until - Date.parse(status.startTime)) : '';
  const state = end
    ? end.type === 'Complete'
      ? draw(MARKS.succeeded)
      : draw(MARKS.failed)
    : `${status.active ?? 0} active`;
  return `${named(metadata.name)}${progress(status.succeeded ?? 0, spec.completions ?? spec.parallelism ?? 1)} ${state} ${dim(duration)}`;
}

const newestFirst = (jobs: readonly Job[]) =>
  jobs.toSorted((a, b) =>
    (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1,
  );
