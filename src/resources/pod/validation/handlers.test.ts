import { expect, test } from 'vitest';
import type { Container, Lifecycle, PodSpec, Probe } from '../../../generated/types.ts';
import { problems } from '../../testing/problems.ts';
import { validatePod } from '../podValidation.ts';
import { container, pod } from '../testing.ts';

const check = (fields: Partial<Container>, spec: Partial<PodSpec> = {}) =>
  problems(validatePod(pod({ containers: [container(fields)], ...spec })));
const inContainer = (lines: readonly string[]) => lines.map((line) => `spec.containers[0].${line}`);
const tcp: Probe = { tcpSocket: { port: 80 } };

const probes: Record<string, { given: Probe; want: string[] }> = {
  'numbers are not negative': {
    given: {
      ...tcp,
      initialDelaySeconds: -1,
      timeoutSeconds: -2,
      periodSeconds: -3,
      successThreshold: -4,
      failureThreshold: -5,
      terminationGracePeriodSeconds: 0,
    },
    want: [
      'initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0',
      'timeoutSeconds: Invalid value: -2: must be greater than or equal to 0',
      'periodSeconds: Invalid value: -3: must be greater than or equal to 0',
      'successThreshold: Invalid value: -4: must be greater than or equal to 0',
      'failureThreshold: Invalid value: -5: must be greater than or equal to 0',
      'terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0',
      'successThreshold: Invalid value: -4: must be 1',
    ],
  },
  'a command is given': { given: { exec: { command: [] } }, want: ['exec.command: Required value'] },
  'HTTP has a scheme, a port and headers': {
    given: { httpGet: { scheme: 'FTP', port: 'Web', httpHeaders: [{ name: 'a b', value: '' }] } },
    want: [
      'httpGet.port: Invalid value: "Web": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
      "httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
    ],
  },
  'gRPC has a number for its port': {
    given: { grpc: { port: 0 } },
    want: ['grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive'],
  },
};
test.each(Object.entries(probes))('of a probe: %s', (_, { given, want }) => {
  expect(check({ startupProbe: given })).toEqual(inContainer(want.map((line) => `startupProbe.${line}`)));
});

test('a readiness probe may want many successes, but kills nothing', () => {
  const readinessProbe = { ...tcp, successThreshold: 3, terminationGracePeriodSeconds: 5 };
  expect(check({ readinessProbe })).toEqual(
    inContainer([
      'readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes',
    ]),
  );
});

const REAL_TIME = ['', ...Array.from({ length: 15 }, (_, at) => `+${at + 1}`)];
const hooks: Record<string, { given: Lifecycle; os?: string; want?: string[] }> = {
  'a signal is of a system': {
    given: { stopSignal: 'SIGUSR1' },
    want: ['stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`'],
  },
  'Linux has many signals': { given: { stopSignal: 'SIGRTMIN+15' }, os: 'linux' },
  'Windows has two signals': {
    given: { stopSignal: 'SIGUSR1' },
    os: 'windows',
    want: ['stopSignal: Unsupported value: "SIGUSR1": supported values: "SIGKILL", "SIGTERM"'],
  },
  'a hook does one thing': {
    given: {
      preStop: { exec: { command: ['a'] }, sleep: { seconds: -1 } },
      postStart: { sleep: { seconds: -1 } },
    },
    want: [
      'postStart.sleep: Invalid value: -1: must be non-negative and less than terminationGracePeriodSeconds (30)',
      'preStop.sleep: Forbidden: may not specify more than 1 handler type',
    ],
  },
};
test.each(Object.entries(hooks))('of hooks: %s', (_, { given, os, want = [] }) => {
  expect(check({ lifecycle: given }, os ? { os: { name: os } } : {})).toEqual(
    inContainer(want.map((line) => `lifecycle.${line}`)),
  );
});

test('a signal that Linux does not have is told with those that it has', () => {
  const [line] = check({ lifecycle: { stopSignal: 'TERM' } }, { os: { name: 'linux' } });
  const head = 'spec.containers[0].lifecycle.stopSignal: Unsupported value: "TERM": supported values: ';
  expect(line).toContain(`${head}"SIGABRT", "SIGALRM", "SIGBUS"`);
  const listed = line!.slice(head.length).split(', ');
  expect(listed).toHaveLength(65);
  expect(listed).toEqual(listed.toSorted());
  for (const offset of REAL_TIME) expect(listed).toContain(`"SIGRTMIN${offset}"`);
});
