import { expect, test } from 'vitest';
import { deepCopy, deepFreeze } from '../../apimachinery/object.ts';
import type { DaemonSet, DaemonSetSpec } from '../../generated/types.ts';
import { container } from '../pod/testing.ts';
import { cellsOf } from '../testing/cells.ts';
import { headingsOf } from '../testing/headings.ts';
import { problems } from '../testing/problems.ts';
import { daemonSets } from './daemonSet.ts';

const labels = { app: 'ngx-ds' };

function daemonSet(fields: Partial<DaemonSetSpec> = {}): DaemonSet {
  const result: DaemonSet = {
    metadata: { name: 'ds-demo' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container()] } },
      ...fields,
    },
  };
  daemonSets.setDefaults!(result);
  return result;
}

const template = (spec: object) => ({ metadata: { labels }, spec: { containers: [container()], ...spec } });

test('the defaults are those of upstream', () => {
  expect(daemonSet().spec).toMatchObject({
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    template: { spec: { restartPolicy: 'Always' } },
  });
});

test('OnDelete has no rolling update', () => {
  expect(daemonSet({ updateStrategy: { type: 'OnDelete' } }).spec.updateStrategy).toEqual({
    type: 'OnDelete',
  });
});

const wrong: Record<string, [Partial<DaemonSetSpec>, ...want: string[]]> = {
  'a selector of other pods': [
    { selector: { matchLabels: { app: 'other' } } },
    'spec.template.metadata.labels: Invalid value: {"app":"ngx-ds"}: `selector` does not match template `labels`',
  ],
  'a selector of all pods': [
    { selector: {} },
    'spec.selector: Invalid value: {}: empty selector is invalid for daemonset',
  ],
  'pods that end': [
    { template: template({ restartPolicy: 'Never', activeDeadlineSeconds: 5 }) },
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
  ],
  'an update that makes no progress': [
    { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
    'spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
  ],
  'an update both ways': [
    { updateStrategy: { rollingUpdate: { maxSurge: '10%' } } },
    'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: "10%": may not be set when maxUnavailable is non-zero',
  ],
  'a number as text': [
    { updateStrategy: { rollingUpdate: { maxUnavailable: '500' } } },
    `spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "500": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
  ],
  'more than all': [
    { updateStrategy: { rollingUpdate: { maxUnavailable: '101%' } } },
    'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
  ],
  'an unknown strategy': [
    { updateStrategy: { type: 'Never' } },
    'spec.updateStrategy: Unsupported value: {"Type":"Never","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"',
  ],
  'negative times': [
    { minReadySeconds: -1, revisionHistoryLimit: -1 },
    'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
    'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
  ],
  'a broken template': [
    { template: { metadata: { labels }, spec: { containers: [] } } },
    'spec.template.spec.containers: Required value',
  ],
};
test.each(Object.entries(wrong))('a DaemonSet may not have %s', (_, [fields, ...want]) => {
  expect(problems(daemonSets.validate(daemonSet(fields)))).toEqual(want);
});

test('a DaemonSet without a spec is told what it lacks', () => {
  const empty = { metadata: {} } as DaemonSet;
  daemonSets.setDefaults!(empty);
  expect(problems(daemonSets.validate(empty))).toContain('spec.template.spec.containers: Required value');
});

test('the selector stays', () => {
  const changed = daemonSet({ selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } });
  expect(problems(daemonSets.validateUpdate(changed, daemonSet()))).toEqual([
    'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Exists"}]}: field is immutable',
  ]);
});

test('a count of collisions that was told is not taken back', () => {
  const counted = (collisionCount?: number): DaemonSet => ({
    ...daemonSet(),
    status: {
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
      ...(collisionCount !== undefined && { collisionCount }),
    },
  });
  const check = (next?: number, stored?: number) =>
    problems(daemonSets.validateStatusUpdate!(counted(next), counted(stored)));
  const refused = ['status.collisionCount: Invalid value: 0: cannot be decremented'];
  expect([check(undefined, 0), check(0, 1), check(1, 1), check(0)]).toEqual([refused, refused, [], []]);
});

test('an annotation counts the changes of the template', () => {
  const generationOf = ({ metadata }: DaemonSet) =>
    metadata.annotations?.['deprecated.daemonset.template.generation'];
  const created = daemonSet();
  daemonSets.prepareCreate!(created);
  deepFreeze(created);
  const same = deepCopy(created);
  daemonSets.prepareUpdate!(same, created);
  const changed = daemonSet({ template: template({ hostNetwork: true }) });
  daemonSets.prepareUpdate!(changed, created);
  expect([created, same, changed].map(generationOf)).toEqual(['1', '1', '2']);
});

test('the columns are those of upstream', () => {
  expect(headingsOf(daemonSets)).toBe(
    'NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE | CONTAINERS IMAGES SELECTOR',
  );
  const shown: DaemonSet = {
    ...daemonSet({ template: template({ nodeSelector: { disk: 'ssd' } }) }),
    status: {
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberReady: 2,
      numberMisscheduled: 0,
      updatedNumberScheduled: 1,
    },
  };
  expect(cellsOf(daemonSets, shown)).toEqual({
    Name: 'ds-demo',
    Desired: 3,
    Current: 3,
    Ready: 2,
    'Up-to-date': 1,
    Available: 0,
    'Node Selector': 'disk=ssd',
    Age: '<unknown>',
    Containers: 'c',
    Images: 'nginx',
    Selector: 'app=ngx-ds',
  });
});
