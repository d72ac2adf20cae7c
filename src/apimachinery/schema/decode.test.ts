import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deepFreeze } from '../object.ts';
import { decodeFields, decodeObject, type FieldValidation } from './decode.ts';
import { definitionOf } from './schema.ts';

const pod = definitionOf('', 'v1', 'Pod')!;
const secret = definitionOf('', 'v1', 'Secret')!;
const lease = definitionOf('coordination.k8s.io', 'v1', 'Lease')!;
const daemonSet = definitionOf('apps', 'v1', 'DaemonSet')!;
const revision = definitionOf('apps', 'v1', 'ControllerRevision')!;

const decode = (definition: typeof pod, value: unknown, fieldValidation: FieldValidation = 'Strict') =>
  decodeObject<Record<string, unknown>>(definition, value, { fieldValidation }).object;
const podWith = (spec: object) => ({ metadata: {}, spec, status: {} });
const container = (fields: object) => podWith({ containers: [{ name: 'c', resources: {}, ...fields }] });

describe('a value of the wrong type is refused in the words of Go', () => {
  const cases: Record<string, [typeof pod, unknown, string]> = {
    'a string for a number': [
      daemonSet,
      { apiVersion: 'apps/v1', kind: 'DaemonSet', spec: { minReadySeconds: 'x' } },
      'DaemonSet in version "v1" cannot be handled as a DaemonSet: json: cannot unmarshal string into Go struct field DaemonSetSpec.spec.minReadySeconds of type int32',
    ],
    'a number for a string, deep in lists': [
      pod,
      container({ env: [{ name: 'A', value: 1 }] }),
      'json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
    ],
    'an object for a list': [
      pod,
      podWith({ containers: {} }),
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    'a string among objects': [
      pod,
      podWith({ containers: [{ name: 'a' }, 'b'] }),
      'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type v1.Container',
    ],
    'a boolean for a named string': [
      pod,
      podWith({ restartPolicy: true }),
      'json: cannot unmarshal bool into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy',
    ],
    'a number in a map of strings': [
      pod,
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    'a list for a resource list': [
      pod,
      container({ resources: { limits: [] } }),
      'json: cannot unmarshal array into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList',
    ],
    'more than 32 bits': [
      daemonSet,
      { spec: { minReadySeconds: 2147483648 } },
      'cannot unmarshal number 2147483648 into Go struct field DaemonSetSpec.spec.minReadySeconds of type int32',
    ],
    'a fraction for a whole number': [
      pod,
      podWith({ activeDeadlineSeconds: 1.5 }),
      'cannot unmarshal number 1.5 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64',
    ],
    'a boolean for an int or string': [
      daemonSet,
      { spec: { updateStrategy: { rollingUpdate: { maxSurge: true } } } },
      'cannot unmarshal bool into Go struct field RollingUpdateDaemonSet.spec.updateStrategy.rollingUpdate.maxSurge of type int32',
    ],
    'something else than a quantity': [
      pod,
      container({ resources: { limits: { cpu: 'lots' } } }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    'a time that is none': [
      pod,
      { metadata: { creationTimestamp: 'now' } },
      'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    ],
    'a day that does not exist': [
      pod,
      { metadata: { creationTimestamp: '2023-02-29T00:00:00Z' } },
      'parsing time "2023-02-29T00:00:00Z": day out of range',
    ],
    'a micro time without its six digits': [
      lease,
      { spec: { renewTime: '2023-02-28T00:00:00Z' } },
      'parsing time "2023-02-28T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    ],
    'broken base64': [secret, { data: { a: 'YWJj*' } }, 'illegal base64 data at input byte 4'],
    'base64 without padding': [secret, { data: { a: 'YWI' } }, 'illegal base64 data at input byte 0'],
    'infinity in free data': [revision, { data: { a: [Infinity] } }, 'cannot unmarshal number Infinity'],
    'no object at all': [pod, [], 'cannot unmarshal array into Go value of type v1.Pod'],
    'the first of two': [
      pod,
      podWith({ nodeName: 1, hostPID: 'x' }),
      'cannot unmarshal number into Go struct field PodSpec.spec.nodeName',
    ],
  };
  for (const [name, [definition, value, message]] of Object.entries(cases)) {
    test(name, () => {
      expect(() => decode(definition, value)).toThrow(message);
    });
  }
});

describe('what a client sends is brought into the form in which it is kept', () => {
  const cases: Record<string, [typeof pod, unknown, unknown]> = {
    'null is an empty object': [pod, null, podWith({})],
    'null is absence': [pod, podWith({ nodeSelector: null, nodeName: 'a' }), podWith({ nodeName: 'a' })],
    'null in a list is the zero of its type': [
      pod,
      container({ args: ['a', null] }),
      container({ args: ['a', ''] }),
    ],
    'null in a map is the zero of its type': [
      secret,
      { metadata: {}, data: { a: null }, stringData: { b: null } },
      { metadata: {}, data: { a: '' }, stringData: { b: '' } },
    ],
    'a zero that Go would leave out is left out': [
      pod,
      podWith({ hostPID: false, nodeName: '', tolerations: [], nodeSelector: {} }),
      podWith({}),
    ],
    'a zero that differs from absence is kept': [
      pod,
      podWith({ terminationGracePeriodSeconds: 0, enableServiceLinks: false, securityContext: {} }),
      podWith({ terminationGracePeriodSeconds: 0, enableServiceLinks: false, securityContext: {} }),
    ],
    'quantities are canonical': [
      pod,
      container({ resources: { requests: { cpu: 0.5, memory: '1024Mi' } } }),
      container({ resources: { requests: { cpu: '500m', memory: '1Gi' } } }),
    ],
    'times are in UTC, in whole seconds': [
      secret,
      { metadata: { creationTimestamp: '2020-02-29T00:30:00.75+02:00' } },
      { metadata: { creationTimestamp: '2020-02-28T22:30:00Z' } },
    ],
    'micro times keep their six digits': [
      lease,
      { metadata: {}, spec: { renewTime: '2020-01-01T00:00:00.123456-01:00' } },
      { metadata: {}, spec: { renewTime: '2020-01-01T01:00:00.123456Z' } },
    ],
    'base64 loses its line breaks': [
      secret,
      { metadata: {}, data: { a: 'YW\r\nJj\n' } },
      { metadata: {}, data: { a: 'YWJj' } },
    ],
    'keys of maps may be anything': [
      secret,
      JSON.parse('{"metadata":{},"data":{"__proto__":"YQ==","constructor":null}}'),
      JSON.parse('{"metadata":{},"data":{"__proto__":"YQ==","constructor":""}}'),
    ],
    'free data is kept as it is': [
      revision,
      { metadata: {}, revision: 1, data: { a: null, b: [1, {}] } },
      { metadata: {}, revision: 1, data: { a: null, b: [1, {}] } },
    ],
  };
  for (const [name, [definition, value, want]] of Object.entries(cases)) {
    test(name, () => {
      expect(JSON.stringify(decode(definition, deepFreeze(value)))).toBe(JSON.stringify(want));
    });
  }
});

describe('what Go always writes is there even if nobody sent it', () => {
  const cases: Record<string, [typeof pod, unknown, unknown]> = {
    'the parts of an object': [pod, {}, { metadata: {}, spec: {}, status: {} }],
    'parts of parts': [
      daemonSet,
      { status: null },
      {
        metadata: {},
        // A selector is a pointer, and a list without items is no list.
        spec: { template: { metadata: {}, spec: {} }, updateStrategy: {} },
        status: {
          currentNumberScheduled: 0,
          desiredNumberScheduled: 0,
          numberMisscheduled: 0,
          numberReady: 0,
        },
      },
    ],
    'fields of the items of a list': [
      pod,
      podWith({ containers: [{ ports: [{}], env: [null] }] }),
      podWith({
        containers: [{ name: '', ports: [{ containerPort: 0 }], env: [{ name: '' }], resources: {} }],
      }),
    ],
    'but no times': [
      definitionOf('events.k8s.io', 'v1', 'Event')!,
      { series: {} },
      { metadata: {}, series: { count: 0 }, regarding: {}, deprecatedSource: {} },
    ],
  };
  for (const [name, [definition, value, want]] of Object.entries(cases)) {
    test(name, () => {
      expect(decode(definition, deepFreeze(value))).toEqual(want);
    });
  }

  test('each time anew', () => {
    const { spec } = decode(pod, {}) as { spec: object };
    expect(decode(pod, {}).spec).not.toBe(spec);
  });
});

test('an object with nothing to change comes back itself', () => {
  const value = container({ image: 'nginx', resources: { limits: { cpu: '1' } } });
  expect(decode(pod, value)).toBe(value);
});

describe('unknown fields', () => {
  const value = () =>
    JSON.parse('{"spec":{"foo":1,"containers":[{"name":"a"},{"bar":2}],"__proto__":{"x":1}},"baz":{}}');

  test('are refused by Strict, all at once', () => {
    expect(() => decode(pod, value())).toThrow(
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo", ' +
        'unknown field "spec.containers[1].bar", unknown field "spec.__proto__", unknown field "baz"',
    );
  });

  test('are named by Warn and dropped', () => {
    const { object, warnings } = decodeObject(pod, { spec: { foo: 1 } }, { fieldValidation: 'Warn' });
    expect({ object, warnings }).toEqual({ object: podWith({}), warnings: ['unknown field "spec.foo"'] });
  });

  test('are dropped by Ignore without a word', () => {
    const { object, warnings } = decodeObject(pod, value(), { fieldValidation: 'Ignore' });
    const containers = [
      { name: 'a', resources: {} },
      { name: '', resources: {} },
    ];
    expect(object).toStrictEqual(podWith({ containers }));
    expect(warnings).toEqual([]);
  });

  test('are counted up to a hundred', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, 1]));
    expect(decodeFields(pod, many).unknownFields).toHaveLength(100);
  });
});

describe('whatever JSON comes', () => {
  const definitions = [pod, secret, lease, daemonSet, revision];
  const names = [...new Set(definitions.flatMap((definition) => [...definition.fields.keys()]))];
  const key = fc.oneof(
    fc.constantFrom(
      ...names,
      '__proto__',
      'constructor',
      'containers',
      'labels',
      'template',
      'ports',
      'data',
    ),
    fc.string(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc
        .array(fc.tuple(key, tie('value')), { maxLength: 5 })
        .map((entries) =>
          JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`)}}`),
        ),
    ),
  }));

  test('the decoder answers, and its own answer it leaves alone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...definitions), value, (definition, given) => {
        const before = JSON.stringify(given);
        const first = decodeFields(definition, deepFreeze(given));
        expect(JSON.stringify(given)).toBe(before);
        if (first.problem !== undefined) return;
        const second = decodeFields(definition, first.object);
        expect(second).toEqual({ object: first.object, problem: undefined, unknownFields: [] });
        expect(({} as { x?: unknown }).x).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});
