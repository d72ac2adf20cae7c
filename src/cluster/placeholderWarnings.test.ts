import { expect, test } from 'vitest';
import { placeholderWarnings } from './placeholderWarnings.ts';

const bare = { name: 'web', image: 'nginx' };
const withCommand = { name: 'job', image: 'alpine', command: ['true'] };
const metadata = { name: 'x' };

const cases: Record<string, { object: object; want: string[] }> = {
  'a pod whose container has no command': {
    object: { kind: 'Pod', metadata, spec: { containers: [bare] } },
    want: ['web'],
  },
  'a container with a command is fine': {
    object: { kind: 'Pod', metadata, spec: { containers: [withCommand] } },
    want: [],
  },
  'a template counts as its pods': {
    object: {
      kind: 'DaemonSet',
      metadata,
      spec: { template: { spec: { containers: [withCommand, bare] } } },
    },
    want: ['web'],
  },
  'so does a template of jobs': {
    object: {
      kind: 'CronJob',
      metadata,
      spec: { jobTemplate: { spec: { template: { spec: { containers: [bare] } } } } },
    },
    want: ['web'],
  },
  'what has no containers has nothing to warn of': { object: { kind: 'ConfigMap', metadata }, want: [] },
};
for (const [name, { object, want }] of Object.entries(cases)) {
  test(name, () => {
    const named = placeholderWarnings(object as never).map((text) => /container "(\w+)"/.exec(text)?.[1]);
    expect(named).toEqual(want);
  });
}
