import type { Container, SELinuxOptions } from '../../../generated/types.ts';
import {
  type Check,
  containersOf,
  hasOwnUsers,
  named,
  type PodLike,
  plural,
  quoted,
  setters,
  sortedSet,
  type Violation,
} from './check.ts';
import { badSeccomp } from './seccomp.ts';

const CAPABILITIES: ReadonlySet<string> = new Set(
  (
    'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID ' +
    'SYS_CHROOT'
  ).split(' '),
);
const APP_ARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';
const SELINUX_TYPES: ReadonlySet<string> = new Set([
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);
/** Safe ones, and the minor version that brought them. */
const SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};

/** By their ids, which give them their order; those that `restricted` has in its own way come by name too. */
export const baselineChecks: Readonly<Record<string, Check>> = {
  appArmorProfile: { of: appArmorProfile },
  capabilities_baseline: { of: capabilities },
  hostNamespaces: { of: hostNamespaces },
  hostPathVolumes: { of: hostPathVolumes },
  hostPorts: { of: hostPorts },
  hostProbesAndHostLifecycle: { since: 34, of: hostsOfProbes },
  privileged: { of: privileged },
  procMount: { of: procMount },
  seLinuxOptions: { of: seLinuxOptions },
  seccompProfile_baseline: { of: badSeccomp },
  sysctls: { of: sysctls },
  windowsHostProcess: { of: hostProcess },
};

function appArmorProfile(pod: PodLike): Violation | undefined {
  const isBad = (type: string | undefined) =>
    type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  const ofPod = pod.spec.securityContext?.appArmorProfile?.type;
  const bad = containersOf(pod).filter(({ securityContext }) =>
    isBad(securityContext?.appArmorProfile?.type),
  );
  const annotations = Object.entries(pod.metadata?.annotations ?? {})
    .filter(
      ([key, value]) =>
        key.startsWith(APP_ARMOR_ANNOTATION) && !/^$|^runtime\/default$|^localhost\//.test(value),
    )
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const types = [
    isBad(ofPod) ? ofPod! : [],
    ...bad.map((each) => each.securityContext!.appArmorProfile!.type),
  ].flat();
  const values = [...sortedSet(types), ...annotations];
  const who = [
    setters(isBad(ofPod), bad) ?? [],
    annotations.length > 0 ? plural('annotation', annotations.length) : [],
  ].flat();
  if (who.length === 0) return undefined;
  return {
    reason: plural('forbidden AppArmor profile', values.length),
    detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  };
}

function capabilities(pod: PodLike): Violation | undefined {
  const added = ({ securityContext }: Container) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !CAPABILITIES.has(name));
  const bad = containersOf(pod).filter((container) => added(container).length > 0);
  if (bad.length === 0) return undefined;
  const names = quoted(sortedSet(bad.flatMap(added)));
  return {
    reason: 'non-default capabilities',
    detail: `${named(bad)} must not include ${names} in securityContext.capabilities.add`,
  };
}

function hostNamespaces({ spec }: PodLike): Violation | undefined {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  if (used.length === 0) return undefined;
  return { reason: 'host namespaces', detail: used.map((field) => `${field}=true`).join(', ') };
}

function hostPathVolumes({ spec }: PodLike): Violation | undefined {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${plural('volume', names.length)} ${quoted(names)}` };
}

function hostPorts(pod: PodLike): Violation | undefined {
  const portsOf = ({ ports }: Container) => (ports ?? []).flatMap(({ hostPort }) => hostPort || []);
  const bad = containersOf(pod).filter((container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = sortedSet(bad.flatMap(portsOf).map(String));
  const uses = plural('uses', bad.length, 'use');
  return {
    reason: 'hostPort',
    detail: `${named(bad)} ${uses} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  };
}

function hostsOfProbes(pod: PodLike): Violation | undefined {
  const hostsOf = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container) =>
    [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap(
      (handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host].flatMap((host) => host || []),
    );
  const bad = containersOf(pod).filter((container) => hostsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const hosts = sortedSet(bad.flatMap(hostsOf));
  const uses = plural('uses', bad.length, 'use');
  const names = sortedSet(bad.map(({ name }) => name)).map((name) => ({ name }));
  const what = plural('probe or lifecycle host', hosts.length);
  return { reason: 'probe or lifecycle host', detail: `${named(names)} ${uses} ${what} ${quoted(hosts)}` };
}

function privileged(pod: PodLike): Violation | undefined {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.privileged);
  if (bad.length === 0) return undefined;
  return { reason: 'privileged', detail: `${named(bad)} must not set securityContext.privileged=true` };
}

function procMount(pod: PodLike): Violation | undefined {
  const typeOf = ({ securityContext }: Container) => securityContext?.procMount ?? 'Default';
  const bad = hasOwnUsers(pod)
    ? []
    : containersOf(pod).filter((container) => typeOf(container) !== 'Default');
  if (bad.length === 0) return undefined;
  const types = quoted(sortedSet(bad.map(typeOf)));
  return { reason: 'procMount', detail: `${named(bad)} must not set securityContext.procMount to ${types}` };
}

function seLinuxOptions(pod: PodLike): Violation | undefined {
  const isBadType = ({ type }: SELinuxOptions) => Boolean(type) && !SELINUX_TYPES.has(type!);
  const isBad = (options: SELinuxOptions | undefined) =>
    options !== undefined && Boolean(isBadType(options) || options.user || options.role);
  const ofPod = pod.spec.securityContext?.seLinuxOptions;
  const bad = containersOf(pod).filter(({ securityContext }) => isBad(securityContext?.seLinuxOptions));
  const who = setters(isBad(ofPod), bad);
  if (who === undefined) return undefined;
  const options = [ofPod, ...bad.map(({ securityContext }) => securityContext?.seLinuxOptions)].flatMap(
    (each) => each ?? [],
  );
  const types = sortedSet(options.filter(isBadType).map(({ type }) => type!));
  const what = [
    types.length > 0 ? `${plural('type', types.length)} ${quoted(types)}` : [],
    options.some(({ user }) => user) ? 'user may not be set' : [],
    options.some(({ role }) => role) ? 'role may not be set' : [],
  ].flat();
  return {
    reason: 'seLinuxOptions',
    detail: `${who} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`,
  };
}

function sysctls({ spec }: PodLike, minor: number): Violation | undefined {
  const isSafe = (name: string) => Object.hasOwn(SYSCTLS, name) && SYSCTLS[name]! <= minor;
  const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !isSafe(name));
  return bad.length > 0 ? { reason: 'forbidden sysctls', detail: bad.join(', ') } : undefined;
}

function hostProcess(pod: PodLike): Violation | undefined {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.windowsOptions?.hostProcess);
  const who = setters(pod.spec.securityContext?.windowsOptions?.hostProcess ?? false, bad);
  if (who === undefined) return undefined;
  return {
    reason: 'hostProcess',
    detail: `${who} must not set securityContext.windowsOptions.hostProcess=true`,
  };
}
