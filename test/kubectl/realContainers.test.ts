import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoContainers } from '../../src/runtime/cri/testing/whyNoContainers.ts';
import { ASK_API, WITH_HOST_ROOT } from '../support/apiInPod.ts';
import type { TestCluster } from '../support/cluster.ts';
import { ContainerCluster } from '../support/containerCluster.ts';
import { KUBECTL_VERSIONS } from '../support/kubectl.ts';

/** What a pod's spec asks for is what its containers see. Each pod tells by its log. */
const impediment = whyNoContainers();
const KUBECTL = 'v1.35.2';
let containers: ContainerCluster | undefined;
let cluster: TestCluster;
beforeAll(async () => {
  if (impediment) return;
  containers = await ContainerCluster.start('10.198.2.0/24');
  cluster = containers.cluster;
  await kubectl('create', 'configmap', 'texts', '--from-literal=a=one', '--from-literal=b=two');
});
afterAll(() => containers?.stop());

const kubectl = (...args: string[]) => cluster.kubectl(KUBECTL, ...args);

interface Told {
  readonly log: string;
  /** Of the pod's last container. */
  readonly end: { exitCode: number; reason: string; message?: string };
}

const POLL = { timeout: 10_000, interval: 20 };
let pods = 0;
const SHELL = { name: 'main', image: 'busybox:1', imagePullPolicy: 'IfNotPresent' };

/** Runs a script to its end, in a container with these fields in a pod with those. */
async function tell(script: string, container: object = {}, spec: object = {}): Promise<Told> {
  const name = `teller-${pods++}`;
  await apply(name, {
    restartPolicy: 'Never',
    containers: [{ ...SHELL, command: ['sh', '-c', script], ...container }],
    ...spec,
  });
  const pod = await untilPod(name, `${name} has ended`, ({ status }) =>
    /Succeeded|Failed/.test(status.phase),
  );
  const { stdout } = await kubectl('logs', name, '--tail=-1', '-c', 'main');
  return { log: stdout, end: pod.status.containerStatuses.at(-1).state.terminated };
}

async function apply(name: string, spec: object): Promise<void> {
  const manifest = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec,
  });
  const { code, stderr } = await cluster.kubectlWith({ input: manifest }, KUBECTL, 'apply', '-f', '-');
  expect(code, stderr).toBe(0);
}

// biome-ignore lint/suspicious/noExplicitAny: as the API sends it
async function untilPod(name: string, what: string, condition: (pod: any) => boolean): Promise<any> {
  const recording = await cluster.watchAll('/api/v1/namespaces/default/pods');
  // biome-ignore lint/suspicious/noExplicitAny: as the API sends it
  let found: any;
  await recording.until(what, (all) => {
    found = all.find(({ metadata }) => metadata.name === name);
    return found?.status && condition(found);
  });
  recording.stop();
  return found;
}

const isSome = expect.toSatisfy((amount: number) => amount > 0);

const secured = (securityContext: object) => ({ securityContext });
const volume = (mount: object, source: object, spec: object = {}) =>
  [{ volumeMounts: [{ name: 'v', ...mount }] }, { volumes: [{ name: 'v', ...source }], ...spec }] as const;

describe.skipIf(impediment)('a real container', () => {
  test.each<[title: string, script: string, log: string | RegExp, container?: object, spec?: object]>([
    [
      'has the user and the groups of its pod',
      'id -u; id -g; id -G',
      '1000\n2000\n2000 3000 4000\n',
      {},
      secured({ runAsUser: 1000, runAsGroup: 2000, supplementalGroups: [3000], fsGroup: 4000 }),
    ],
    [
      "has its own user rather than the pod's",
      'id -u',
      '7\n',
      secured({ runAsUser: 7 }),
      secured({ runAsUser: 1000 }),
    ],
    [
      'has the capabilities that it adds, and none that it drops',
      'grep CapBnd /proc/self/status',
      'CapBnd:\t0000000000000400\n',
      secured({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }),
    ],
    [
      'cannot write to a root that is read only',
      'touch /x 2>/dev/null || echo no',
      'no\n',
      secured({ readOnlyRootFilesystem: true }),
    ],
    [
      'gets no privileges that it may not escalate to',
      'grep NoNewPrivs /proc/self/status',
      'NoNewPrivs:\t1\n',
      secured({ allowPrivilegeEscalation: false }),
    ],
    ['is not confined by default', 'grep Seccomp: /proc/self/status', 'Seccomp:\t0\n'],
    [
      'is confined by the default profile',
      'grep Seccomp: /proc/self/status',
      'Seccomp:\t2\n',
      {},
      secured({ seccompProfile: { type: 'RuntimeDefault' } }),
    ],
    [
      'that is privileged sees the devices of the host',
      'test -e /dev/kmsg && test -w /proc/sys/kernel/hostname && echo yes',
      'yes\n',
      secured({ privileged: true }),
    ],
    [
      'does not see what is masked in /proc, nor may it change it',
      'cat /proc/keys | wc -c; echo x 2>/dev/null > /proc/sys/kernel/hostname || echo no',
      '0\nno\n',
    ],
    [
      'has the sysctls of its pod',
      'cat /proc/sys/net/ipv4/ip_unprivileged_port_start',
      '77\n',
      {},
      secured({ sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '77' }] }),
    ],
    [
      'sees the processes of the host with hostPID',
      'test $$$$ -gt 1 && echo yes',
      'yes\n',
      {},
      { hostPID: true },
    ],
    [
      'has the hosts that its pod names, and its full name',
      'grep -e foo -e me /etc/hosts',
      /^10\.198\.2\.\d+\tme\.sub\.default\.svc\.cluster\.local\tme\n10\.1\.2\.3\tfoo\tbar\n$/,
      {},
      { hostname: 'me', subdomain: 'sub', hostAliases: [{ ip: '10.1.2.3', hostnames: ['foo', 'bar'] }] },
    ],
    [
      'in the network of the host has the hosts that its pod names, too',
      'head -1 /etc/hosts; grep foo /etc/hosts',
      '# Kubernetes-managed hosts file (host network).\n10.1.2.3\tfoo\n',
      {},
      { hostNetwork: true, hostAliases: [{ ip: '10.1.2.3', hostnames: ['foo'] }] },
    ],
    [
      'asks the servers that its pod names',
      'cat /etc/resolv.conf',
      'search a.test\nnameserver 1.2.3.4\noptions ndots:2\n',
      {},
      {
        dnsPolicy: 'None',
        dnsConfig: {
          nameservers: ['1.2.3.4'],
          searches: ['a.test'],
          options: [{ name: 'ndots', value: '2' }],
        },
      },
    ],
    [
      'sees one key of a config map as a file',
      'cat /etc/a.txt; ls -d /etc/passwd',
      'one/etc/passwd\n',
      ...volume({ mountPath: '/etc/a.txt', subPath: 'a' }, { configMap: { name: 'texts' } }),
    ],
    [
      'may write to a folder of a volume that is made for it',
      'echo yes > /v/x && cat /v/x',
      'yes\n',
      ...volume({ mountPath: '/v', subPath: 'new/folder' }, { emptyDir: {} }, secured({ runAsUser: 1000 })),
    ],
    [
      'sees the folder of a volume that its environment names',
      'ls /all',
      'mine\n',
      {
        env: [{ name: 'WHOSE', value: 'mine' }],
        volumeMounts: [
          { name: 'v', mountPath: '/own', subPathExpr: '$(WHOSE)' },
          { name: 'v', mountPath: '/all' },
        ],
      },
      { volumes: [{ name: 'v', emptyDir: {} }] },
    ],
  ])('%s', async (_, script, log, container, spec) => {
    const told = await tell(script, container, spec);
    if (typeof log === 'string') expect(told.log).toBe(log);
    else expect(told.log).toMatch(log);
  });

  test.each<[title: string, script: string, end: object, container?: object]>([
    [
      'that uses more memory than it may is OOMKilled',
      'tail /dev/zero',
      { exitCode: 137, reason: 'OOMKilled' },
      { resources: { limits: { memory: '20Mi' } } },
    ],
    [
      'leaves its last words where it was told to',
      'echo done > /tmp/words',
      { exitCode: 0, reason: 'Completed', message: 'done\n' },
      { terminationMessagePath: '/tmp/words' },
    ],
    [
      'that fails has the end of its log as last words',
      'echo out of luck; exit 4',
      { exitCode: 4, reason: 'Error', message: 'out of luck\n' },
      { terminationMessagePolicy: 'FallbackToLogsOnError' },
    ],
  ])('%s', async (_, script, end, container) => {
    expect((await tell(script, container)).end).toMatchObject(end);
  });

  test.each([
    ['reads the API by the address of its service', {}],
    ['in the network of the host reads it by that address, too', { hostNetwork: true }],
  ])('%s, although the server listens at the loopback only', async (_, more) => {
    const { container, spec } = WITH_HOST_ROOT;
    const { log } = await tell(ASK_API, container, { ...spec, ...more });
    expect(log).toContain('"gitVersion":"v1.36');
  });

  test('reaches nothing else of the loopback of its host', async () => {
    const script = `echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet
      ip addr del 127.0.0.1/8 dev lo
      ip route add 127.0.0.1/32 via $(ip route | awk '/default/ { print $3 }')
      timeout 2 nc 127.0.0.1 ${new URL(cluster.url).port} </dev/null 2>/dev/null && echo open || echo closed`;
    expect((await tell(script, secured({ privileged: true }))).log).toMatch(/closed\n$/);
  });

  test('that has ended leaves no memory mounted', async () => {
    const memory = volume({ mountPath: '/v' }, { emptyDir: { medium: 'Memory' } });
    const { log } = await tell('df /v | tail -1 | cut -d" " -f1', ...memory);
    expect(log).toBe('tmpfs\n');
    await expect
      .poll(() => readFileSync('/proc/self/mountinfo', 'utf8'), POLL)
      .not.toContain(cluster.dataDir);
  });

  test('is told by an event what it does not get', async () => {
    const words = 'The users of the pod are the users of the host: "hostUsers: false" is not heeded';
    await tell('true', {}, { hostUsers: false });
    const events = ['get', 'events', '--field-selector=reason=RuntimeLimitation', '-o'];
    const messages = async () => (await kubectl(...events, 'jsonpath={.items[*].message}')).stdout;
    await expect.poll(messages, POLL).toBe(words);
  });

  test('is stopped with the signal that it asks for', async () => {
    const script =
      'trap "echo usr1; exit 0" USR1; trap "exit 1" TERM; echo ready; while :; do sleep 0.05; done';
    const main = { ...SHELL, command: ['sh', '-c', script], lifecycle: { stopSignal: 'SIGUSR1' } };
    await apply('heeding', { os: { name: 'linux' }, containers: [main] });
    await untilPod('heeding', 'it runs', ({ status }) => status.phase === 'Running');
    const following = await cluster.startKubectl(KUBECTL, 'logs', '-f', 'heeding');
    await following.until(/ready\n/);
    await kubectl('delete', 'pod', 'heeding');
    expect((await following.exited).stdout).toBe('ready\nusr1\n');
  });

  test('sees the processes of the others of its pod when they share them', async () => {
    await apply('sharing', {
      shareProcessNamespace: true,
      restartPolicy: 'Never',
      containers: [
        { ...SHELL, name: 'other', command: ['sleep', '4242'] },
        {
          ...SHELL,
          command: [
            'sh',
            '-c',
            'until ps | grep -q "[s]leep 4242"; do sleep 0.05; done; echo seen; kill $(pidof sleep)',
          ],
        },
      ],
    });
    await untilPod('sharing', 'both have ended', ({ status }) => /Succeeded|Failed/.test(status.phase));
    expect((await kubectl('logs', 'sharing', '-c', 'main')).stdout).toBe('seen\n');
  });

  test('leaves its log to the one that follows on it, and of older ones nothing is kept', async () => {
    const script = 'echo life; sleep 0.1; exit 1';
    await apply('again', { containers: [{ ...SHELL, command: ['sh', '-c', script] }] });
    const pod = await untilPod(
      'again',
      'it has run three times',
      ({ status }) => status.containerStatuses?.[0].restartCount >= 2,
    );
    const previous = await kubectl('logs', 'again', '--previous');
    expect(previous.stdout, previous.stderr).toBe('life\n');
    const { stdout } = await containers!.containerd.ctr(
      'containers',
      'list',
      `labels."io.kubernetes.pod.uid"==${pod.metadata.uid}`,
    );
    // Its sandbox, the one that runs or has ended last, and the one before.
    expect(stdout.trim().split('\n').slice(1)).toHaveLength(3);
    await kubectl('delete', 'pod', 'again', '--now');
  });

  test('is told of by kubectl top, and by its node with network and disks', async () => {
    const script =
      'head -c 50000 /dev/zero > /zeroes; head -c 20000 /dev/zero > /v/zeroes; while true; do :; done';
    const [container, spec] = volume({ mountPath: '/v' }, { emptyDir: {} });
    const main = { ...SHELL, command: ['sh', '-c', script], ...container };
    await apply('spinning', { terminationGracePeriodSeconds: 1, containers: [main], ...spec });
    await untilPod('spinning', 'it runs', ({ status }) => status.phase === 'Running');
    for (const version of KUBECTL_VERSIONS) {
      const top = async (...args: string[]) => {
        const { code, stdout, stderr } = await cluster.kubectl(version, 'top', ...args, '--no-headers');
        expect(code, stderr).toBe(0);
        const [, name, cores, memory] = /^(\S+) +(\d+)m .*? (\d+)Mi/.exec(stdout)!;
        return { name, cores: Number(cores), memory: Number(memory) };
      };
      const pod = await top('pod', 'spinning');
      expect(pod).toMatchObject({ name: 'spinning' });
      expect(pod.cores).toBeGreaterThan(20);
      expect((await top('node', 'node01')).memory).toBeGreaterThan(0);
    }
    const path = '/api/v1/nodes/node01/proxy/stats/summary';
    // The runtime looks at disks every ten seconds.
    await expect
      .poll(async () => JSON.parse((await kubectl('get', '--raw', path)).stdout), {
        timeout: 30_000,
        interval: 500,
      })
      .toMatchObject({
        node: {
          nodeName: 'node01',
          fs: { usedBytes: isSome },
          runtime: { imageFs: { capacityBytes: isSome } },
        },
        pods: expect.arrayContaining([
          expect.objectContaining({
            podRef: expect.objectContaining({ name: 'spinning' }),
            network: expect.objectContaining({ name: 'eth0', txBytes: isSome }),
            volume: expect.arrayContaining([expect.objectContaining({ name: 'v', usedBytes: isSome })]),
            'ephemeral-storage': expect.objectContaining({ usedBytes: isSome }),
            containers: [
              expect.objectContaining({
                name: 'main',
                memory: expect.objectContaining({ workingSetBytes: isSome }),
                rootfs: expect.objectContaining({ usedBytes: isSome }),
              }),
            ],
          }),
        ]),
      });
    await kubectl('delete', 'pod', 'spinning', '--now');
  });

  test('is resized while it runs, or started anew where it is to be', async () => {
    const groups = 'cd /sys/fs/cgroup; cat cpu/cpu.cfs_quota_us memory/memory.limit_in_bytes 2>/dev/null';
    const script = `${groups} || { cut -d' ' -f1 cpu.max; cat memory.max; }`;
    const main = {
      ...SHELL,
      command: ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 0.1; done"],
      resources: { requests: { cpu: '10m', memory: '10Mi' }, limits: { cpu: '100m', memory: '32Mi' } },
      resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }],
    };
    await apply('growing', { terminationGracePeriodSeconds: 1, containers: [main] });
    await untilPod('growing', 'it runs', ({ status }) => status.containerStatuses?.[0].state.running);
    const limits = async () => (await kubectl('exec', 'growing', '--', 'sh', '-c', script)).stdout;
    expect(await limits()).toBe(`10000\n${32 * 2 ** 20}\n`);
    const resize = async (resources: object, restartCount: number) => {
      const patch = JSON.stringify({ spec: { containers: [{ name: 'main', resources }] } });
      const { code, stderr } = await kubectl(
        'patch',
        'pod',
        'growing',
        '--subresource',
        'resize',
        '-p',
        patch,
      );
      expect(code, stderr).toBe(0);
      await untilPod('growing', 'it is resized', ({ metadata, status }) => {
        const [{ state, ready, ...main }] = status.containerStatuses;
        const isTold = status.observedGeneration === metadata.generation && state.running && ready;
        const isDone = !status.conditions.some(({ type }: { type: string }) => type.startsWith('PodResize'));
        return isTold && isDone && main.restartCount === restartCount;
      });
    };
    await resize({ limits: { cpu: '200m' } }, 0);
    expect(await limits()).toBe(`20000\n${32 * 2 ** 20}\n`);
    await resize({ limits: { memory: '64Mi' } }, 1);
    expect(await limits()).toBe(`20000\n${64 * 2 ** 20}\n`);
    await kubectl('delete', 'pod', 'growing', '--now');
  });

  test('answers through the proxy of its pod, and of its service', async () => {
    const serve = 'mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www';
    const ports = [{ containerPort: 8080 }];
    const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
    const main = { ...SHELL, command: ['sh', '-c', serve], ports, readinessProbe };
    await apply('serving', { terminationGracePeriodSeconds: 0, containers: [main] });
    await kubectl('expose', 'pod', 'serving', '--port=80', '--target-port=8080');
    await kubectl('wait', '--for=condition=Ready', 'pod/serving', '--timeout=60s');
    const namespace = '/api/v1/namespaces/default';
    const ask = async (path: string) => (await kubectl('get', '--raw', `${namespace}/${path}`)).stdout;
    expect(await ask('pods/serving/proxy/')).toBe('hello\n');
    await expect.poll(() => ask('services/serving/proxy/index.html'), POLL).toBe('hello\n');
    const { stderr } = await kubectl('get', '--raw', `${namespace}/pods/serving:81/proxy/`);
    expect(stderr).toMatch(/error trying to reach service: .*connection refused/);
    await kubectl('delete', 'pod,service', 'serving', '--now');
  });

  test('leaves no memory mounted when the cluster is stopped, and has it again afterwards', async () => {
    const [container, spec] = volume({ mountPath: '/v' }, { emptyDir: { medium: 'Memory' } });
    const main = { ...SHELL, command: ['sh', '-c', 'cd /v; exec sleep 1000'], ...container };
    await apply('remembering', { terminationGracePeriodSeconds: 1, containers: [main], ...spec });
    const isRunning = ({ status }: { status: { phase: string } }) => status.phase === 'Running';
    await untilPod('remembering', 'it runs', isRunning);
    const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8');
    expect(mounts()).toContain(cluster.dataDir);
    const { code, stderr } = await cluster.interrupt();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(mounts()).not.toContain(cluster.dataDir);
    await cluster.restart();
    await untilPod(
      'remembering',
      'it runs again',
      ({ status }) => status.containerStatuses?.[0].restartCount > 0 && isRunning({ status }),
    );
    expect((await kubectl('exec', 'remembering', '--', 'df', '/v')).stdout).toContain('tmpfs');
  });
});
