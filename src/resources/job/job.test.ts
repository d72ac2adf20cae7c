import { expect, test } from 'vitest';
import type { Job, JobSpec, JobStatus } from '../../generated/types.ts';
import { container } from '../pod/testing.ts';
import { cellsOf } from '../testing/cells.ts';
import { headingsOf } from '../testing/headings.ts';
import { problems } from '../testing/problems.ts';
import { jobs } from './job.ts';
import { job } from './testing.ts';

const template = (spec: object = {}, labels?: Record<string, string>) => ({
  metadata: { labels },
  spec: { containers: [container()], restartPolicy: 'Never', ...spec },
});

test('the defaults are those of upstream', () => {
  expect(job().spec).toMatchObject({
    parallelism: 1,
    completions: 1,
    completionMode: 'NonIndexed',
    backoffLimit: 6,
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: 'TerminatingOrFailed',
  });
});

const defaults: Record<string, [given: Partial<JobSpec>, want: Partial<JobSpec>]> = {
  'completions alone run one after the other': [{ completions: 6 }, { completions: 6, parallelism: 1 }],
  'a limit for each index is none for all': [{ backoffLimitPerIndex: 1 }, { backoffLimit: 2_147_483_647 }],
  'a failure policy waits for each pod to fail': [
    {
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: '' }] }],
      },
    },
    {
      podReplacementPolicy: 'Failed',
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
    },
  ],
};
test.each(Object.entries(defaults))('%s', (_, [given, want]) => expect(job(given).spec).toMatchObject(want));

test('parallelism alone is a work queue', () => {
  expect(job({ parallelism: 3 }).spec!.completions).toBeUndefined();
});

const generated = {
  'controller-uid': 'u',
  'batch.kubernetes.io/controller-uid': 'u',
  'job-name': 'j',
  'batch.kubernetes.io/job-name': 'j',
};

const others = Object.fromEntries(Object.keys(generated).map((key) => [key, 'other']));
/** Maps are shown by their keys. */
const inMessages = (labels: object) =>
  JSON.stringify(Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))));

test('selector and labels are generated from name and uid', () => {
  const created = job({ template: template({}, { app: 'myjob' }) });
  expect(created.spec!.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } });
  expect(created.spec!.template.metadata.labels).toEqual({ app: 'myjob', ...generated });
  expect(created.metadata.labels).toEqual({ app: 'myjob', ...generated });
  expect(problems(jobs.validate(created))).toEqual([]);
});

test('a Job with labels of its own keeps them', () => {
  const metadata = { name: 'j', uid: 'u', labels: { mine: 'yes' } };
  const created: Job = { metadata, spec: { template: template() } };
  jobs.setDefaults!(created);
  jobs.prepareCreate!(created);
  expect(created.metadata.labels).toEqual({ mine: 'yes' });
});

test('a manual selector is left alone', () => {
  const selector = { matchLabels: { app: 'a' } };
  const created = job({ manualSelector: true, selector, template: template({}, { app: 'a' }) });
  expect(created.spec!.selector).toEqual(selector);
  expect(created.spec!.template.metadata.labels).toEqual({ app: 'a' });
});

const indexed = { completionMode: 'Indexed', completions: 5 } as const;
const rules = (...given: NonNullable<JobSpec['podFailurePolicy']>['rules']) => ({
  podFailurePolicy: { rules: given },
});

const wrong: Record<string, [Partial<JobSpec>, ...want: string[]]> = {
  'negative parallelism': [
    { parallelism: -1 },
    'spec.parallelism: Invalid value: -1: must be greater than or equal to 0',
  ],
  'pods that restart always': [
    { template: template({ restartPolicy: 'Always' }) },
    'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  ],
  'an unknown restart policy': [
    { template: template({ restartPolicy: 'Sometimes' }) },
    'spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    'spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "OnFailure", "Never"',
  ],
  "another Job's uid in its template": [
    { template: template({}, { 'controller-uid': 'other' }) },
    `spec.template.metadata.labels[controller-uid]: Invalid value: ${inMessages({ ...generated, 'controller-uid': 'other' })}: must be 'u'`,
  ],
  'labels of another Job': [
    {
      template: template({}, others),
      selector: {},
    },
    ...[
      'controller-uid',
      'job-name',
      'batch.kubernetes.io/controller-uid',
      'batch.kubernetes.io/job-name',
    ].map(
      (key) =>
        `spec.template.metadata.labels[${key}]: Invalid value: ${inMessages(others)}: must be '${key.endsWith('uid') ? 'u' : 'j'}'`,
    ),
    `spec.template.metadata.labels: Invalid value: ${inMessages(others)}: \`selector\` does not match template \`labels\``,
  ],
  "another Job's uid in its selector": [
    { selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'other' } } },
    'spec.selector: Invalid value: {"matchLabels":{"batch.kubernetes.io/controller-uid":"other"}}: `selector` not auto-generated',
    `spec.template.metadata.labels: Invalid value: ${inMessages(generated)}: \`selector\` does not match template \`labels\``,
  ],
  'an unknown mode': [
    { completionMode: 'Random' },
    'spec.completionMode: Unsupported value: "Random": supported values: "NonIndexed", "Indexed"',
  ],
  'indexes without completions': [
    { completionMode: 'Indexed', parallelism: 2 },
    'spec.completions: Required value: when completion mode is Indexed',
  ],
  'a limit for each index without indexes': [
    { backoffLimitPerIndex: 1 },
    'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
  ],
  'more failed indexes than there are': [
    { ...indexed, backoffLimitPerIndex: 1, maxFailedIndexes: 6 },
    'spec.maxFailedIndexes: Invalid value: 6: must be less than or equal to completions',
  ],
  'a manager without a domain': [
    { managedBy: 'me' },
    'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")',
  ],
  'a manager with a strange path': [
    { managedBy: 'acme.io/a b' },
    "spec.managedBy: Invalid value: \"a b\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
  ],
  'a rule of no codes': [
    rules({ action: 'Ignore', onExitCodes: { operator: 'In' } as never }),
    'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: null: at least one value is required',
  ],
  'a rule without a condition': [
    rules({ action: 'FailJob' }),
    'spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
  ],
  'a rule of unordered codes': [
    rules({ action: 'Ignore', onExitCodes: { operator: 'In', values: [2, 1, 0] } }),
    'spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Invalid value: 0: must not be 0 for the In operator',
    'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,1,0]: must be ordered',
  ],
  'a rule of an unknown container': [
    rules({ action: 'Ignore', onExitCodes: { operator: 'In', values: [1], containerName: 'x' } }),
    'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template',
  ],
  'a failure policy with pods that restart': [
    {
      ...rules({ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }),
      template: template({ restartPolicy: 'OnFailure' }),
    },
    'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
  ],
  'a success policy without indexes': [
    { successPolicy: { rules: [{ succeededIndexes: '0' }] } },
    'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":"0","SucceededCount":null}]}: requires indexed completion mode',
  ],
  'a success policy of wrong indexes': [
    { ...indexed, successPolicy: { rules: [{ succeededIndexes: '0-7' }, { succeededCount: 6 }] } },
    'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-7": error parsing succeededIndexes: too large index: "7"',
    'spec.successPolicy.rules[1].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)',
  ],
};
test.each(Object.entries(wrong))('a Job may not have %s', (_, [spec, ...want]) => {
  expect(problems(jobs.validate(job(spec)))).toEqual(want);
});

interface Change {
  stored?: Partial<JobSpec>;
  status?: JobStatus;
  next: Partial<JobSpec>;
  want?: RegExp;
}
const adjusted = { template: template({ nodeSelector: { zone: 'a' } }) };
const started = { startTime: '2026-01-01T00:00:00Z' };
const suspended = { type: 'Suspended', status: 'True' };
const changes: Record<string, Change> = {
  'parallelism may change': { next: { parallelism: 4, completions: 1 } },
  'completions may not': {
    next: { completions: 4 },
    want: /^spec.completions: Invalid value: 4: field is immutable$/,
  },
  'completions may change with parallelism where there are indexes': {
    stored: { ...indexed, parallelism: 5 },
    next: { ...indexed, completions: 7, parallelism: 7 },
  },
  'completions may not change without parallelism': {
    stored: { ...indexed, parallelism: 5 },
    next: { ...indexed, completions: 7, parallelism: 5 },
    want: /^spec.completions: Invalid value: 7: can only be modified in tandem with spec.parallelism$/,
  },
  'the template may not change': {
    next: adjusted,
    want: /^spec.template: Invalid value: {.*}: field is immutable$/,
  },
  'a suspended Job that never started may be sent elsewhere': {
    stored: { suspend: true },
    next: { suspend: true, ...adjusted },
  },
  'a suspended Job may be given more': {
    stored: { suspend: true },
    next: {
      suspend: true,
      template: template({ containers: [container({ resources: { requests: { cpu: '4' } } })] }),
    },
  },
  'a suspended Job may not change its image': {
    stored: { suspend: true },
    next: { suspend: true, template: template({ containers: [container({ image: 'other' })] }) },
    want: /^spec.template.spec: Invalid value: {.*}: field is immutable$/,
  },
  'a Job that was started waits until it is marked suspended': {
    stored: { suspend: true },
    status: started,
    next: { suspend: true, ...adjusted },
    want: /^spec.template: /,
  },
  'a Job that was started and is marked suspended may be sent elsewhere': {
    stored: { suspend: true },
    status: { ...started, conditions: [suspended] },
    next: { suspend: true, ...adjusted },
  },
  'the manager stays': { next: { managedBy: 'acme.io/foo' }, want: /^spec.managedBy: .*field is immutable$/ },
};
test.each(Object.entries(changes))('%s', (_, { stored, status, next, want }) => {
  const found = problems(jobs.validateUpdate(job(next), job(stored, { status })));
  if (want) expect(found).toEqual([expect.stringMatching(want)]);
  else expect(found).toEqual([]);
});

test('a suspended Job keeps the labels that it is known by', () => {
  const next = job({ suspend: true });
  next.spec!.template.metadata.labels = { 'batch.kubernetes.io/controller-uid': 'u' };
  expect(problems(jobs.validateUpdate(next, job({ suspend: true })))).toEqual([
    "spec.template.metadata.labels[controller-uid]: Required value: must be 'u'",
    "spec.template.metadata.labels[job-name]: Required value: must be 'j'",
    "spec.template.metadata.labels[batch.kubernetes.io/job-name]: Required value: must be 'j'",
  ]);
});

test('an indexed Job does not grow beyond the names of its pods', () => {
  const sized = (completions: number) => {
    const grown = job({ ...indexed, completions, parallelism: completions });
    return { ...grown, metadata: { ...grown.metadata, name: 'j'.repeat(61) } };
  };
  const relabelled = (it: Job) => {
    for (const label of ['job-name', 'batch.kubernetes.io/job-name'])
      it.spec!.template.metadata.labels![label] = it.metadata.name!;
    return it;
  };
  expect(problems(jobs.validateUpdate(relabelled(sized(11)), relabelled(sized(10))))).toEqual([
    `metadata.name: Invalid value: "${'j'.repeat(61)}": will not able to create pod with invalid DNS label: ${'j'.repeat(61)}-10`,
  ]);
});

test('of several that stay the selector is told of before the template', () => {
  const next = job({ ...indexed, template: template({ nodeSelector: { zone: 'a' } }) });
  next.spec!.selector = { matchLabels: { 'job-name': 'j' } };
  const fields = problems(jobs.validateUpdate(next, job())).map((text) => text.split(':')[0]);
  expect(fields).toEqual(['spec.completions', 'spec.selector', 'spec.template', 'spec.completionMode']);
});

test('the columns are those of upstream', () => {
  expect(headingsOf(jobs)).toBe('NAME STATUS COMPLETIONS DURATION AGE | CONTAINERS IMAGES SELECTOR');
});

const NOW = Date.UTC(2026, 0, 1, 0, 1);
const rows: Record<string, [Partial<JobSpec>, JobStatus, want: string]> = {
  'a Job that has not begun': [{}, {}, 'Running 0/1 '],
  'a Job that runs': [{ completions: 6 }, { ...started, succeeded: 2 }, 'Running 2/6 60s'],
  'a work queue': [{ parallelism: 2 }, { ...started, succeeded: 2 }, 'Running 2/1 of 2 60s'],
  'a Job that is done': [
    {},
    {
      ...started,
      completionTime: '2026-01-01T00:00:12Z',
      succeeded: 1,
      conditions: [{ type: 'Complete', status: 'True' }],
    },
    'Complete 1/1 12s',
  ],
  'a Job that failed': [{}, { conditions: [{ type: 'Failed', status: 'True' }] }, 'Failed 0/1 '],
  'a suspended Job': [{}, { conditions: [suspended] }, 'Suspended 0/1 '],
};
test.each(Object.entries(rows))('%s', (_, [spec, status, want]) => {
  const row = cellsOf(jobs, job(spec, { status }), NOW);
  expect(`${row.Status} ${row.Completions} ${row.Duration}`).toBe(want);
});

const annotations: Record<string, { annotation: [name: string, value: string]; warns?: string }> = {
  'a duration is a delay': { annotation: ['retry-delay', '90s'] },
  'a word is none': { annotation: ['retry-delay', 'soon'], warns: 'a duration, "30s" or "5m"' },
  'nor is a number without its unit': {
    annotation: ['retry-delay-max', '30'],
    warns: 'a duration, "30s" or "5m"',
  },
  'patience with images is a switch': { annotation: ['fail-on-image-pull-error', 'true'] },
  'or a duration': { annotation: ['fail-on-image-pull-error', '10m'] },
  'and nothing else': {
    annotation: ['fail-on-image-pull-error', 'yes'],
    warns: '"true" or "false", or a duration, "30s" or "5m"',
  },
  'pods are kept or not': { annotation: ['keep-failed-pods', '1'], warns: '"true" or "false"' },
  'a receiver has a URL': {
    annotation: ['notify', 'hooks.example'],
    warns: 'an http or https URL without a password',
  },
  'reruns are counted from 1': {
    annotation: ['rerun', '0'],
    warns: 'a number from 1, another one for each rerun',
  },
};
for (const [name, { annotation, warns }] of Object.entries(annotations)) {
  test(`annotations: ${name}`, () => {
    const key = `sampan.dev/${annotation[0]}`;
    const annotated = job();
    annotated.metadata.annotations = { [key]: annotation[1] };
    const want = warns && `metadata.annotations[${key}]: "${annotation[1]}" is ignored: it must be ${warns}`;
    expect(jobs.warnings?.(annotated, undefined)).toEqual(want ? [want] : []);
  });
}
