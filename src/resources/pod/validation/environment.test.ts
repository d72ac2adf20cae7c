import { expect, test } from 'vitest';
import type { Container, EnvVarSource } from '../../../generated/types.ts';
import { problems } from '../../testing/problems.ts';
import { validatePod } from '../podValidation.ts';
import { container, pod } from '../testing.ts';

const volumes = [{ name: 'e' }, { name: 'm', configMap: { name: 'm' } }];
const check = (fields: Partial<Container>) =>
  problems(validatePod(pod({ volumes, containers: [container(fields)] })));
const SUBDOMAIN = 'a lowercase RFC 1123 subdomain must consist of';

const sources: Record<string, { given: EnvVarSource; want?: string[] }> = {
  'a label by its key': { given: { fieldRef: { fieldPath: "metadata.labels['a/b']" } } },
  'a key with brackets': {
    given: { fieldRef: { fieldPath: "metadata.labels['a['b']" } },
    want: ['.fieldRef: Invalid value: "a[\'b": name part must consist of alphanumeric characters'],
  },
  'a field that only volumes have': {
    given: { fieldRef: { fieldPath: 'metadata.labels' } },
    want: ['.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name"'],
  },
  'a field that has no keys': {
    given: { fieldRef: { fieldPath: "spec.nodeName['a']" } },
    want: [
      ".fieldRef.fieldPath: Invalid value: \"spec.nodeName['a']\": error converting fieldPath: field label does not support subscript: spec.nodeName['a']",
    ],
  },
  'a field of another version': {
    given: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } },
    want: [
      '.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2',
    ],
  },
  'an amount in odd units': {
    given: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } },
    want: [
      '.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
    ],
  },
  'huge pages in odd units': {
    given: { resourceFieldRef: { resource: 'requests.hugepages-2Mi', divisor: '2' } },
    want: [
      '.resourceFieldRef.divisor: Invalid value: "requests.hugepages-2Mi": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource',
    ],
  },
  'an unknown amount, whose units are not looked at': {
    given: { resourceFieldRef: { resource: 'limits.disks', divisor: '2' } },
    want: ['.resourceFieldRef.resource: Unsupported value: "limits.disks": supported values: "limits.cpu"'],
  },
  'a map without a name': {
    given: { configMapKeyRef: { key: '..' } },
    want: [
      `.configMapKeyRef.name: Invalid value: "": ${SUBDOMAIN}`,
      '.configMapKeyRef.key: Invalid value: "..": must not be \'..\'',
    ],
  },
  'a file of an empty directory': {
    given: { fileKeyRef: { volumeName: 'e', path: '/..a', key: 'K' } },
  },
  'a file without anything': {
    given: { fileKeyRef: { volumeName: '', path: '', key: '' } },
    want: [
      '.fileKeyRef.key: Required value',
      '.fileKeyRef.volumeName: Required value',
      '.fileKeyRef.path: Required value',
      '.fileKeyRef.volumeName: Not found: ""',
    ],
  },
  'a file of a volume that is none': {
    given: { fileKeyRef: { volumeName: 'E', path: 'a/..', key: '=' } },
    want: [
      '.fileKeyRef.key: Invalid value: "=": a valid environment variable name must consist only of printable ASCII',
      '.fileKeyRef.volumeName: Invalid value: "E": a lowercase RFC 1123 label',
      '.fileKeyRef.path: Invalid value: "a/..": must not contain \'..\'',
      '.fileKeyRef.volumeName: Not found: "E"',
    ],
  },
  'a file of another volume': {
    given: { fileKeyRef: { volumeName: 'm', path: 'p', key: 'K' } },
    want: ['.fileKeyRef.volumeName: Invalid value: "m": referenced volume must be of type emptyDir'],
  },
  'no source': {
    given: {},
    want: [
      ': Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    ],
  },
  'two sources': {
    given: { secretKeyRef: { name: 's', key: 'k' }, configMapKeyRef: { name: 's', key: 'k' } },
    want: [': Invalid value: "": may not have more than one field specified at a time'],
  },
};
test.each(Object.entries(sources))('a variable from %s', (_, { given, want = [] }) => {
  const starts = want.map((line) => `spec.containers[0].env[0].valueFrom${line}`);
  const lines = check({ env: [{ name: 'A', valueFrom: given }] });
  expect(lines.map((line, at) => line.slice(0, starts[at]?.length))).toEqual(starts);
});

test('variables of a whole map: a prefix, a name, one source', () => {
  expect(
    check({
      envFrom: [
        { prefix: 'a=', configMapRef: { name: 'm-' } },
        { secretRef: {} },
        {},
        { configMapRef: { name: 'm' }, secretRef: { name: 's' } },
      ],
    }),
  ).toEqual(
    [
      'envFrom[0].prefix: Invalid value: "a=": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
      'envFrom[1].secretRef.name: Required value',
      'envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
      'envFrom: Invalid value: "": may not have more than one field specified at a time',
    ].map((line) => `spec.containers[0].${line}`),
  );
});

test('names of ports are short, distinct and not numbers', () => {
  const ports = ['web', 'web', '80', 'a--b', 'x'.repeat(16)].map((name) => ({ name, containerPort: 80 }));
  expect(check({ ports: [...ports, { containerPort: 0, protocol: 'ICMP', hostPort: -1 }] })).toEqual(
    [
      'ports[1].name: Duplicate value: "web"',
      'ports[2].name: Invalid value: "80": must contain at least one letter (a-z)',
      'ports[3].name: Invalid value: "a--b": must not contain consecutive hyphens',
      `ports[4].name: Invalid value: "${'x'.repeat(16)}": must be no more than 15 bytes`,
      'ports[5].containerPort: Required value',
      'ports[5].hostPort: Invalid value: -1: must be between 1 and 65535, inclusive',
      'ports[5].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    ].map((line) => `spec.containers[0].${line}`),
  );
});
