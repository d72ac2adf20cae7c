import type { Informers } from '../../client/informers.ts';
import type { Cancel } from '../../clock/clock.ts';
import type { DaemonSet, Job, Node, Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { completionsText } from '../../resources/job/jobColumns.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import { DaemonSets, Jobs, Nodes, Pods } from '../../resources/kinds.ts';

/** Tells of each change in a line of plain text, for where there is no terminal. */
export function tellChanges(informers: Informers, print: (line: string) => void): Cancel {
  const said = new Map<string, string>();
  const tell = (key: string, text: string | undefined) => {
    if (text === undefined || said.get(key) === text) return;
    said.set(key, text);
    print(`${key} ${text}`);
  };
  const forget = (key: string) => {
    if (said.delete(key)) print(`${key} gone`);
  };
  const follow =
    <T extends { metadata: { name?: string } }>(kind: string, describe: (object: T) => string | undefined) =>
    ({ before, after }: { before: T | undefined; after: T | undefined }) => {
      const key = `${kind}/${(after ?? before)?.metadata.name}`;
      if (after) tell(key, describe(after));
      else forget(key);
    };
  const cancels = [
    informers.of(Nodes).onChange(follow<Node>('node', describeNode)),
    informers.of(DaemonSets).onChange(follow<DaemonSet>('daemonset', describeDaemonSet)),
    informers.of(Jobs).onChange(follow<Job>('job', describeJob)),
    informers.of(Pods).onChange(follow<Pod>('pod', describePod)),
  ];
  return () => {
    for (const cancel of cancels) cancel();
  };
}

const describeNode = (node: Node) => (isReady(node) ? 'Ready' : 'NotReady');

function describeDaemonSet({ status }: DaemonSet) {
  if (!status) return undefined;
  const { desiredNumberScheduled, updatedNumberScheduled = 0, numberReady, numberAvailable = 0 } = status;
  return `desired ${desiredNumberScheduled}, up to date ${updatedNumberScheduled}, ready ${numberReady}, available ${numberAvailable}`;
}

function describeJob(job: Job) {
  const end = finishedCondition(job);
  return `${completionsText(job)} completions, ${end ? end.type : `${job.status?.active ?? 0} active`}`;
}

function describePod({ metadata, spec, status }: Pod) {
  const waiting = status?.containerStatuses?.find(({ state }) => state?.waiting)?.state?.waiting?.reason;
  const state = metadata.deletionTimestamp ? 'Terminating' : (waiting ?? status?.phase ?? 'Pending');
  return spec.nodeName ? `${state} on ${spec.nodeName}` : state;
}
