import { expect, test } from 'vitest';
import type { PodSpec } from '../../../generated/types.ts';
import { problems } from '../../testing/problems.ts';
import { validatePod } from '../podValidation.ts';
import { container, pod } from '../testing.ts';

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const SEARCH =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";

const cases: Record<string, { given: Partial<PodSpec>; want?: string[] }> = {
  'addresses are written in one way': {
    given: {
      hostAliases: ['1.2.3.04', '::ffff:1.2.3.4', '::01.2.3.4', '1.2.3.256', '1.2.3', '::1'].map((ip) => ({
        ip,
      })),
      dnsConfig: { nameservers: ['0:0::ffff:102:304', 'a'] },
    },
    want: [
      'dnsConfig.nameservers[0]: Invalid value: "0:0::ffff:102:304": must not be an IPv4-mapped IPv6 address',
      'dnsConfig.nameservers[1]: Invalid value: "a": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'hostAliases[0].ip: Invalid value: "1.2.3.04": must not have leading 0s',
      'hostAliases[1].ip: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
      'hostAliases[2].ip: Invalid value: "::01.2.3.4": must not have leading 0s',
      'hostAliases[3].ip: Invalid value: "1.2.3.256": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'hostAliases[4].ip: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
  },
  'a search domain may have underscores, of which one at its beginning': {
    given: { dnsConfig: { searches: ['_a._b_c.', 'a_b', '__a.', 'a_.', '.'] } },
    want: [
      `dnsConfig.searches[2]: Invalid value: "__a": ${SEARCH}`,
      `dnsConfig.searches[3]: Invalid value: "a_": ${SEARCH}`,
    ],
  },
  'another host name is neither long nor empty, and instead of other names': {
    given: { hostnameOverride: 'x'.repeat(65), setHostnameAsFQDN: true, hostNetwork: true },
    want: [
      'hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
      'hostnameOverride: Forbidden: may not be specified when hostNetwork is true',
      'hostnameOverride: Too long: may not be more than 64 bytes',
    ],
  },
  'names that are there are not empty': {
    given: { hostnameOverride: '', runtimeClassName: '', preemptionPolicy: '', os: { name: '' } },
    want: [
      `hostnameOverride: Invalid value: "": ${SUBDOMAIN}`,
      `runtimeClassName: Invalid value: "": ${SUBDOMAIN}`,
      'preemptionPolicy: Required value',
      'os.name: Required value',
    ],
  },
  'users of its own share nothing of the host': {
    given: {
      hostUsers: false,
      hostNetwork: true,
      hostPID: true,
      hostIPC: true,
      volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'd' } }],
      containers: [container({ volumeDevices: [{ name: 'd', devicePath: '/d' }] })],
    },
    want: [
      'hostNetwork: Forbidden: when `hostUsers` is false',
      'HostPID: Forbidden: when `hostUsers` is false',
      'HostIPC: Forbidden: when `hostUsers` is false',
      'containers[0].volumeDevices: Forbidden: when `hostUsers` is false',
    ],
  },
  'labels of volumes are changed only in one way': {
    given: { securityContext: { seLinuxChangePolicy: 'MountOption' } },
    want: [
      'securityContext.seLinuxChangePolicy: Unsupported value: "MountOption": supported values: "Recursive"',
    ],
  },
  'Windows may be told that it has not what it cannot have': {
    given: { os: { name: 'windows' }, hostPID: false, hostIPC: false, securityContext: { sysctls: [] } },
  },
  'Windows has no users of its own, no groups, no profiles': {
    given: {
      os: { name: 'windows' },
      hostUsers: true,
      hostPID: true,
      shareProcessNamespace: false,
      securityContext: {
        runAsUser: 1,
        fsGroup: 1,
        supplementalGroups: [],
        seccompProfile: { type: 'Unconfined' },
        appArmorProfile: { type: 'Unconfined' },
        sysctls: [{ name: 'a', value: '' }],
      },
      containers: [container({ securityContext: { privileged: false, procMount: 'Default' } })],
    },
    want: [
      'securityContext.appArmorProfile',
      'hostUsers',
      'hostPID',
      'securityContext.seccompProfile',
      'securityContext.fsGroup',
      'securityContext.sysctls',
      'shareProcessNamespace',
      'securityContext.runAsUser',
      'securityContext.supplementalGroups',
      'containers[0].securityContext.privileged',
      'containers[0].securityContext.procMount',
    ].map((path) => `${path}: Forbidden: cannot be set for a windows pod`),
  },
};
test.each(Object.entries(cases))('%s', (_, { given, want = [] }) => {
  expect(problems(validatePod(pod(given)))).toEqual(want.map((line) => `spec.${line}`));
});
