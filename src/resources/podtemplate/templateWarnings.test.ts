import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { PodTemplateSpec } from '../../generated/types.ts';
import { daemonSets } from '../daemonset/daemonSet.ts';
import { deployments } from '../deployment.ts';
import { jobs } from '../job/job.ts';
import { container } from '../pod/testing.ts';
import { replicaSets } from '../replicaSet.ts';
import type { Resource } from '../resource.ts';
import { statefulSets } from '../statefulset/statefulSet.ts';

const labels = { app: 'a' };
const template = (): PodTemplateSpec => ({
  metadata: { labels },
  spec: { containers: [container()], terminationGracePeriodSeconds: -1 },
});
const spec = { selector: { matchLabels: labels }, serviceName: 's', template: template() };
const warning =
  'spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1';

/** What is told at each update: of nothing, of the spec but for its template, of the template. */
const told = (warn: (spec: object, stored: object) => readonly string[] | undefined) =>
  [
    { ...spec, template: template() },
    { ...spec, minReadySeconds: 5, parallelism: 2 },
    { ...spec, template: { ...template(), metadata: { labels: { ...labels, b: 'c' } } } },
  ].map((next) => warn(next, spec)?.includes(warning));

const metadata = { name: 'n' };
const warningsOf =
  <T extends KubernetesObject>({ warnings }: Resource<T>) =>
  (next: object, stored: object) =>
    warnings?.({ metadata, spec: next } as never, { metadata, spec: stored } as never);
const kinds: Record<string, { warn: Parameters<typeof told>[0]; want: boolean[] }> = {
  'a Deployment is warned again whenever its spec changes': {
    warn: warningsOf(deployments),
    want: [false, true, true],
  },
  'so is a ReplicaSet': {
    warn: warningsOf(replicaSets),
    want: [false, true, true],
  },
  'and a StatefulSet': {
    warn: warningsOf(statefulSets),
    want: [false, true, true],
  },
  'and a Job': {
    warn: warningsOf(jobs),
    want: [false, true, true],
  },
  'a DaemonSet only when its template does': {
    warn: warningsOf(daemonSets),
    want: [false, false, true],
  },
};
for (const [name, { warn, want }] of Object.entries(kinds)) {
  test(name, () => expect(told(warn)).toEqual(want));
}
