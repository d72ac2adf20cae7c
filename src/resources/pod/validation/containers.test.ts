import { expect, test } from 'vitest';
import type { EphemeralContainer, PodSpec, SecurityContext } from '../../../generated/types.ts';
import { problems } from '../../testing/problems.ts';
import { validatePod } from '../podValidation.ts';
import { container, pod } from '../testing.ts';

const check = (spec: Partial<PodSpec>) => problems(validatePod(pod(spec)));
const exitCodes = { operator: 'In', values: [1] };

const cases: Record<string, { given: Partial<PodSpec>; want?: string[] }> = {
  'two without a name have the same': {
    given: { containers: [container({ name: '' }), container({ name: '' })] },
    want: [
      'containers[0].name: Required value',
      'containers[1].name: Required value',
      'containers[1].name: Duplicate value: ""',
    ],
  },
  'an init container is not called as another': {
    given: { initContainers: [container()] },
    want: ['initContainers[0].name: Duplicate value: "c"'],
  },
  'rules may be for no exit code at all': {
    given: {
      containers: [
        container({
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'NotIn' } }],
        }),
      ],
    },
  },
  'rules say what to do, and when': {
    given: {
      containers: [container({ restartPolicy: 'Sometimes', restartPolicyRules: [{ action: 'Stop' }] })],
    },
    want: [
      'containers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"',
      'containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart", "RestartAllContainers"',
      'containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
    ],
  },
  'rules of an init container without a policy are not looked at': {
    given: {
      initContainers: [container({ name: 'i', restartPolicyRules: [{ action: 'Stop', exitCodes }] })],
    },
    want: [
      'initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
    ],
  },
};
test.each(Object.entries(cases))('%s', (_, { given, want = [] }) => {
  expect(check(given)).toEqual(want.map((line) => `spec.${line}`));
});

const probe = { exec: { command: ['a'] } };
const notAllowed = 'Forbidden: cannot be set for an Ephemeral Container';
const ephemeral: Record<string, { given: EphemeralContainer[]; want?: string[] }> = {
  'nothing that others rely on': {
    given: [
      {
        name: 'e',
        image: 'i',
        ports: [],
        resources: { limits: { cpu: '1' } },
        resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
        restartPolicy: 'Always',
        restartPolicyRules: [],
        livenessProbe: probe,
        readinessProbe: probe,
        startupProbe: probe,
        lifecycle: {},
        volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'a', subPathExpr: 'b' }],
      },
    ],
    want: [
      'volumeMounts[0].subPathExpr: Invalid value: "b": subPathExpr and subPath are mutually exclusive',
      `ports: ${notAllowed}`,
      `resources: ${notAllowed}`,
      `resizePolicy: ${notAllowed}`,
      `restartPolicy: ${notAllowed}`,
      `restartPolicyRules: ${notAllowed}`,
      `livenessProbe: ${notAllowed}`,
      `readinessProbe: ${notAllowed}`,
      `startupProbe: ${notAllowed}`,
      `lifecycle: ${notAllowed}`,
      `volumeMounts[0].subPath: ${notAllowed}`,
      `volumeMounts[0].subPathExpr: ${notAllowed}`,
    ],
  },
  'a name of its own, an image, and a target that lasts': {
    given: [{ name: 'c', image: ' i', targetContainerName: 'e' }],
    want: [
      'image: Invalid value: " i": must not have leading or trailing whitespace',
      'name: Duplicate value: "c"',
      'targetContainerName: Not found: "e"',
    ],
  },
};
test.each(Object.entries(ephemeral))('an ephemeral container has %s', (_, { given, want = [] }) => {
  const [forbidden, ...lines] = check({ volumes: [{ name: 'v' }], ephemeralContainers: given }).toReversed();
  expect(forbidden).toBe('spec.ephemeralContainers: Forbidden: cannot be set on create');
  expect(lines.toReversed()).toEqual(want.map((line) => `spec.ephemeralContainers[0].${line}`));
});

const NOTHING =
  '"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}';
const user = (name: string) => ({ windowsOptions: { runAsUserName: name } });
const contexts: Record<string, { given: SecurityContext; want?: string[] }> = {
  'who is privileged may escalate': {
    given: { privileged: true, allowPrivilegeEscalation: false },
    want: [
      `: Invalid value: {"Capabilities":null,"Privileged":true,${NOTHING}: cannot set \`allowPrivilegeEscalation\` to false and \`privileged\` to true`,
    ],
  },
  'who administers the system may escalate': {
    given: { capabilities: { add: ['CAP_SYS_ADMIN'] }, allowPrivilegeEscalation: false },
    want: [
      `: Invalid value: {"Capabilities":{"Add":["CAP_SYS_ADMIN"],"Drop":null},"Privileged":null,${NOTHING}: cannot set \`allowPrivilegeEscalation\` to false and \`capabilities.Add\` CAP_SYS_ADMIN`,
    ],
  },
  'a profile is local or has no path': {
    given: {
      seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'p' },
      appArmorProfile: { type: 'Localhost', localhostProfile: ' p' },
    },
    want: [
      '.seccompProfile.localhostProfile: Invalid value: {"Type":"RuntimeDefault","LocalhostProfile":"p"}: can only be set when seccomp type is Localhost',
      '.appArmorProfile.localhostProfile: Invalid value: " p": must not be padded with whitespace',
    ],
  },
  'a user of Windows has a domain or none': { given: user('NT AUTHORITY\\SYSTEM') },
  'the user of a domain has a name': {
    given: user('a.b\\'),
    want: ['.windowsOptions.runAsUserName: Invalid value: "a.b\\\\": runAsUserName\'s User cannot be empty'],
  },
  'a user is of one domain': {
    given: user('a\\b\\c'),
    want: [
      '.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash',
    ],
  },
  'a name has no control characters': {
    given: user('a\tb'),
    want: [
      '.windowsOptions.runAsUserName: Invalid value: "a\\tb": runAsUserName cannot contain control characters',
    ],
  },
  'a domain has a name of Windows or of the DNS': {
    given: user('.a*\\. .'),
    want: [
      '.windowsOptions.runAsUserName: Invalid value: ".a*\\\\. .": runAsUserName\'s Domain doesn\'t match the NetBios nor the DNS format',
      '.windowsOptions.runAsUserName: Invalid value: ".a*\\\\. .": runAsUserName\'s User cannot contain only periods or spaces',
    ],
  },
  'a user has a short name of few characters': {
    given: user(`${'a'.repeat(104)}@`),
    want: [
      `.windowsOptions.runAsUserName: Invalid value: "${'a'.repeat(104)}@": runAsUserName's User length must not be longer than 104 characters`,
      `.windowsOptions.runAsUserName: Invalid value: "${'a'.repeat(104)}@": runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`,
    ],
  },
  'credentials are not endless': {
    given: { windowsOptions: { gmsaCredentialSpec: 'x'.repeat(65_537) } },
    want: [
      `.windowsOptions.gmsaCredentialSpec: Invalid value: "${'x'.repeat(65_537)}": gmsaCredentialSpec size must be under 64 KiB`,
    ],
  },
};
test.each(Object.entries(contexts))('of security contexts: %s', (_, { given, want = [] }) => {
  expect(check({ containers: [container({ securityContext: given })] })).toEqual(
    want.map((line) => `spec.containers[0].securityContext${line}`),
  );
});
