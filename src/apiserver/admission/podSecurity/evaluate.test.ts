import { expect, test } from 'vitest';
import type { Container, PodSpec } from '../../../generated/types.ts';
import { detailOf, violationsOf } from './evaluate.ts';

/** A container that `restricted` has nothing against. */
const decent = (
  securityContext: Container['securityContext'] = {},
  rest: Partial<Container> = {},
): Container => ({
  name: 'a',
  image: 'nginx',
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
    ...securityContext,
  },
  ...rest,
});

interface Case {
  readonly spec?: Partial<PodSpec>;
  readonly annotations?: Record<string, string>;
  readonly version?: string;
  readonly want: string;
}
const found = (level: 'baseline' | 'restricted', { spec, annotations, version = 'latest' }: Case) =>
  detailOf(
    violationsOf(
      { metadata: { ...(annotations && { annotations }) }, spec: { containers: [decent()], ...spec } },
      { level, version },
    ),
  );

const baseline: Record<string, Case> = {
  'nothing special': { want: '' },
  'the namespaces of the host': {
    spec: { hostNetwork: true, hostIPC: true },
    want: 'host namespaces (hostNetwork=true, hostIPC=true)',
  },
  'privileged containers': {
    spec: { containers: [decent({ privileged: true }), decent({ privileged: true }, { name: 'b' })] },
    want: 'privileged (containers "a", "b" must not set securityContext.privileged=true)',
  },
  'capabilities beyond the usual': {
    spec: { containers: [decent({ capabilities: { add: ['SYS_TIME', 'CHOWN', 'NET_ADMIN'] } })] },
    want: 'non-default capabilities (container "a" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
  },
  'folders of the host': {
    spec: { volumes: [{ name: 'v', hostPath: { path: '/' } }] },
    want: 'hostPath volumes (volume "v")',
  },
  'ports of the host, of an init container too': {
    spec: {
      initContainers: [decent({}, { name: 'i', ports: [{ containerPort: 1, hostPort: 81 }] })],
      containers: [decent({}, { ports: [{ containerPort: 2, hostPort: 80 }] })],
    },
    want: 'hostPort (containers "i", "a" use hostPorts 80, 81)',
  },
  'probes of other hosts': {
    spec: { containers: [decent({}, { livenessProbe: { tcpSocket: { host: 'db', port: 1 } } })] },
    want: 'probe or lifecycle host (container "a" uses probe or lifecycle host "db")',
  },
  'the same in a version that did not mind': {
    spec: { containers: [decent({}, { livenessProbe: { tcpSocket: { host: 'db', port: 1 } } })] },
    version: 'v1.33',
    want: '',
  },
  'no AppArmor': {
    spec: {
      securityContext: { appArmorProfile: { type: 'Unconfined' } },
      containers: [decent({ appArmorProfile: { type: 'Unconfined' } })],
    },
    annotations: { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' },
    want: 'forbidden AppArmor profiles (pod and container "a" and annotation must not set AppArmor profile type to "Unconfined", "container.apparmor.security.beta.kubernetes.io/a=\\"unconfined\\"")',
  },
  'SELinux as somebody else': {
    spec: { securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u', role: 'r' } } },
    want: 'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)',
  },
  'all of /proc': {
    spec: { containers: [decent({ procMount: 'Unmasked' })] },
    want: 'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
  },
  'all of /proc among users of its own': {
    spec: { hostUsers: false, containers: [decent({ procMount: 'Unmasked' })] },
    want: '',
  },
  'no seccomp': {
    spec: { securityContext: { seccompProfile: { type: 'Unconfined' } } },
    want: 'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
  },
  'sysctls that are not safe': {
    spec: {
      securityContext: {
        sysctls: [
          { name: 'kernel.msgmax', value: '1' },
          { name: 'net.ipv4.tcp_rmem', value: '1' },
        ],
      },
    },
    want: 'forbidden sysctls (kernel.msgmax)',
  },
  'sysctls that were not safe yet': {
    spec: { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } },
    version: 'v1.31',
    want: 'forbidden sysctls (net.ipv4.tcp_rmem)',
  },
  'processes of a Windows host': {
    spec: { containers: [decent({ windowsOptions: { hostProcess: true } })] },
    want: 'hostProcess (container "a" must not set securityContext.windowsOptions.hostProcess=true)',
  },
};
for (const [name, each] of Object.entries(baseline)) {
  test(`baseline and ${name}`, () => expect(found('baseline', each)).toBe(each.want));
}

const restricted: Record<string, Case> = {
  'a decent pod': { want: '' },
  'a pod that says nothing': {
    spec: { containers: [{ name: 'nginx', image: 'nginx' }] },
    want:
      'allowPrivilegeEscalation != false (container "nginx" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (container "nginx" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "nginx" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "nginx" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  },
  'what baseline forbids comes first, and what it has in its own way once': {
    spec: {
      hostPID: true,
      containers: [decent({ capabilities: { add: ['NET_ADMIN', 'NET_BIND_SERVICE'] } })],
      volumes: [
        { name: 'v', hostPath: { path: '/' } },
        { name: 'w', emptyDir: {} },
      ],
    },
    want:
      'host namespaces (hostPID=true), unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]; ' +
      'container "a" must not include "NET_ADMIN" in securityContext.capabilities.add), ' +
      'restricted volume types (volume "v" uses restricted volume type "hostPath")',
  },
  'root by name': {
    spec: {
      securityContext: { runAsNonRoot: false },
      containers: [decent({ runAsUser: 0, runAsNonRoot: false })],
    },
    want:
      'runAsNonRoot != true (pod and container "a" must not set securityContext.runAsNonRoot=false), ' +
      'runAsUser=0 (container "a" must not set runAsUser=0)',
  },
  'root among users of its own': {
    spec: { hostUsers: false, containers: [decent({ runAsUser: 0, runAsNonRoot: false })] },
    want: '',
  },
  'the pod speaks for its containers': {
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'Localhost' } },
      containers: [
        { name: 'a', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } },
      ],
    },
    want: '',
  },
  'Windows has none of that': {
    spec: { os: { name: 'windows' }, containers: [{ name: 'a', securityContext: { runAsNonRoot: true } }] },
    want: '',
  },
};
for (const [name, each] of Object.entries(restricted)) {
  test(`restricted: ${name}`, () => expect(found('restricted', each)).toBe(each.want));
}
