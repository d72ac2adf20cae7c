import { expect, test } from 'vitest';
import type {
  Pod,
  PodAffinityTerm,
  PodSpec,
  Toleration,
  TopologySpreadConstraint,
} from '../../../generated/types.ts';
import { problems } from '../../testing/problems.ts';
import { pods } from '../pod.ts';
import { validatePod } from '../podValidation.ts';
import { pod } from '../testing.ts';

/** As a client creates it. */
function created(spec: Partial<PodSpec>): Pod {
  const result = pod(spec, { metadata: { name: 'p', labels: { app: 'a', hash: 'h' } } });
  pods.prepareCreate!(result);
  return result;
}
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const ofTerm = (term: PodAffinityTerm) => ({ affinity: { podAffinity: { [required]: [term] } } });
const ofConstraint = (fields: Partial<TopologySpreadConstraint>) => ({
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', ...fields },
  ],
});

test('keys of labels stand for what the pod itself has', () => {
  const term = () => ({
    topologyKey: 'zone',
    matchLabelKeys: ['hash', 'none'],
    mismatchLabelKeys: ['app'],
    labelSelector: { matchExpressions: [{ key: 'x', operator: 'Exists' }] },
  });
  const { spec } = created({
    affinity: {
      podAntiAffinity: {
        [required]: [term()],
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term() }],
      },
    },
    ...ofConstraint({ labelSelector: {}, matchLabelKeys: ['hash'] }),
  });
  const hash = { key: 'hash', operator: 'In', values: ['h'] };
  const merged = [{ key: 'x', operator: 'Exists' }, hash, { key: 'app', operator: 'NotIn', values: ['a'] }];
  const antiAffinity = spec.affinity!.podAntiAffinity!;
  expect(antiAffinity[required]![0]!.labelSelector).toEqual({ matchExpressions: merged });
  expect(
    antiAffinity.preferredDuringSchedulingIgnoredDuringExecution![0]!.podAffinityTerm.labelSelector,
  ).toEqual({ matchExpressions: merged });
  expect(spec.topologySpreadConstraints![0]!.labelSelector).toEqual({ matchExpressions: [hash] });
});

test('what selects nothing selects nothing more narrowly', () => {
  const { spec } = created(ofConstraint({ matchLabelKeys: ['hash'] }));
  expect(spec.topologySpreadConstraints![0]).not.toHaveProperty('labelSelector');
});

const spec = (affinity: string) => `spec.affinity.podAffinity.${required}[0]${affinity}`;
const cases: Record<string, { given: Partial<PodSpec>; want?: string[] }> = {
  'a key that the selector has too': {
    given: ofTerm({
      topologyKey: 'zone',
      labelSelector: { matchLabels: { app: 'a' } },
      matchLabelKeys: ['hash', 'app'],
    }),
    want: [spec('[1]: Invalid value: "app": exists in both matchLabelKeys and labelSelector')],
  },
  'a key to match and not to match': {
    given: ofTerm({
      topologyKey: 'zone',
      labelSelector: {},
      matchLabelKeys: ['app'],
      mismatchLabelKeys: ['app'],
    }),
    want: [
      spec('[0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector'),
      spec('.matchLabelKeys[0]: Invalid value: "app": exists in both matchLabelKeys and mismatchLabelKeys'),
    ],
  },
  'keys without a selector': {
    given: ofConstraint({ matchLabelKeys: ['app'] }),
    want: [
      'spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
    ],
  },
  'a key of a spread that the selector has too': {
    given: ofConstraint({ labelSelector: { matchLabels: { app: 'a' } }, matchLabelKeys: ['app'] }),
    want: [
      'spec.topologySpreadConstraints[0][0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector',
    ],
  },
  'a spread of which there is another, and domains that it does not ask for': {
    given: {
      topologySpreadConstraints: ['ScheduleAnyway', 'ScheduleAnyway'].map((whenUnsatisfiable) => ({
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable,
        minDomains: 0,
        nodeTaintsPolicy: 'Never',
      })),
    },
    want: [
      'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, ScheduleAnyway}"',
      ...[0, 1].flatMap((at) => [
        `spec.topologySpreadConstraints[${at}].minDomains: Invalid value: 0: must be greater than 0`,
        `spec.topologySpreadConstraints[${at}].minDomains: Invalid value: 0: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway`,
        `spec.topologySpreadConstraints[${at}].nodeTaintsPolicy: Unsupported value: "Never": supported values: "Honor", "Ignore"`,
      ]),
    ],
  },
};
test.each(Object.entries(cases))('a pod may not have %s', (_, { given, want = [] }) => {
  expect(problems(validatePod(created(given)))).toEqual(want);
});

const tolerations: Record<string, { given: Toleration; want: string[] }> = {
  'more or less than a number, which is not served yet': {
    given: { key: 'k', operator: 'Gt', value: '1' },
    want: ['operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"'],
  },
  'an unknown comparison': {
    given: { key: 'k', operator: 'Like' },
    want: ['operator: Unsupported value: "Like": supported values: "Equal", "Exists"'],
  },
  'a value where only the key counts': {
    given: { key: 'k', operator: 'Exists', value: 'v', effect: 'Never' },
    want: [
      'operator: Invalid value: "v": value must be empty when `operator` is \'Exists\'',
      'effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  },
};
test.each(Object.entries(tolerations))('a toleration may not have %s', (_, { given, want }) => {
  expect(problems(validatePod(pod({ tolerations: [given] })))).toEqual(
    want.map((line) => `spec.tolerations[0].${line}`),
  );
});
