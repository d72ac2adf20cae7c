import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { KUBECTL_VERSIONS, type KubectlVersion } from '../support/kubectl.ts';
import { type Row, testRows } from '../support/kubectlRows.ts';

/** Containers that are processes: what they do is real. */
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start({ runtime: 'process' });
});
afterAll(() => cluster?.stop());

const shell = (script: string) => ['--', '/bin/sh', '-c', script];

for (const version of KUBECTL_VERSIONS) describe(`containers by ${version}`, () => containersBy(version));

function containersBy(version: KubectlVersion) {
  const namespace = `containers-${version.replaceAll('.', '-')}`;
  const rows = (some: Row[]) => testRows(() => cluster, version, namespace, some);
  const inNamespace = (...args: string[]) => ['-n', namespace, ...args] as const;
  beforeAll(async () => {
    await cluster.api.post('/api/v1/namespaces', { metadata: { name: namespace } });
    // The pod needs the account, which comes after the namespace.
    const accounts = await cluster.watchAll(`/api/v1/namespaces/${namespace}/serviceaccounts`);
    await accounts.until('the default account is there', (all) => all.length === 1);
    accounts.stop();
  });

  rows([
    {
      run: [
        'run',
        'talker',
        '--image=busybox',
        '--restart=Never',
        ...shell('i=0; while true; do echo line $i; i=$((i+1)); sleep 0.2; done'),
      ],
      prints: /^pod\/talker created\n$/,
    },
    {
      run: ['run', 'echo', '--image=busybox', '--restart=Never', ...shell('cat; echo bye >&2; exit 3')],
      prints: /^pod\/echo created\n$/,
    },
    { run: 'wait --for=condition=Ready pod/talker --timeout=60s', prints: /condition met/ },
    { run: ['exec', 'talker', ...shell('echo out; echo err >&2')], prints: /^out\n$/, complains: /^err\n/ },
    {
      run: ['exec', 'talker', ...shell('exit 7')],
      code: 7,
      complains: /command terminated with exit code 7/,
    },
    { run: ['exec', '-i', 'talker', ...shell('tr a-z A-Z')], input: 'shout\n', prints: /^SHOUT\n$/ },
    {
      run: ['exec', 'talker', '-c', 'nobody', '--', 'true'],
      code: 1,
      complains: /container (nobody is not valid for|not found)/,
    },
    {
      run: ['exec', 'talker', '--', '/no/such/command'],
      code: 1,
      complains:
        /OCI runtime exec failed: exec failed: unable to start container process: exec: "\/no\/such\/command": stat \/no\/such\/command: no such file or directory/,
    },
    { run: 'logs talker --tail=1', prints: /^line \d+\n$/ },
    { run: 'logs talker --since=1h --limit-bytes=7', prints: /^line 0\n$/ },
    {
      run: 'get pod talker -o wide --no-headers',
      prints: /^talker\s+1\/1\s+Running\s+0\s+\S+\s+10\.244\.\d+\.\d+\s+node0\d/,
    },
  ]);

  test(`${version}: kubectl logs -f follows until the container ends`, async () => {
    await cluster.kubectl(
      version,
      ...inNamespace(
        'run',
        'short',
        '--image=busybox',
        '--restart=Never',
        ...shell('for i in 1 2 3; do echo $i; sleep 0.3; done'),
      ),
    );
    await cluster.kubectl(
      version,
      ...inNamespace('wait', '--for=condition=Ready', 'pod/short', '--timeout=60s'),
    );
    const following = await cluster.startKubectl(version, ...inNamespace('logs', '-f', 'short'));
    expect(await following.exited).toMatchObject({ code: 0, stdout: '1\n2\n3\n' });
  });

  test(`${version}: kubectl logs -f is over when the client is`, async () => {
    const following = await cluster.startKubectl(version, ...inNamespace('logs', '-f', 'talker', '--tail=0'));
    await following.until(/(line \d+\n){3}/);
    await following.stop('SIGINT');
  });

  test(`${version}: kubectl logs --previous tells of the container before`, async () => {
    await cluster.kubectl(
      version,
      ...inNamespace(
        'run',
        'again',
        '--image=busybox',
        '--restart=OnFailure',
        ...shell('date +%s%N; exit 1'),
      ),
    );
    const pods = await cluster.watchAll(`/api/v1/namespaces/${namespace}/pods`);
    await pods.until('it has restarted', (all) =>
      all.some(
        ({ metadata, status }) =>
          metadata.name === 'again' && status.containerStatuses?.[0].restartCount >= 1,
      ),
    );
    pods.stop();
    const previous = await cluster.kubectl(version, ...inNamespace('logs', 'again', '--previous'));
    expect(previous.stdout).toMatch(/^\d+\n$/);
    await cluster.kubectl(version, ...inNamespace('delete', 'pod', 'again', '--now'));
  });

  test(`${version}: kubectl run -it --rm answers what it is told, and is gone`, async () => {
    const { stdout, code } = await cluster.kubectlWith(
      { input: 'one\ntwo\n' },
      version,
      ...inNamespace(
        'run',
        'once',
        '-i',
        '--rm',
        '--image=busybox',
        '--restart=Never',
        ...shell('read a; read b; echo $b $a'),
      ),
    );
    expect(stdout).toMatch(/two one/);
    expect(stdout).toMatch(/pod "once" deleted/);
    expect(code).toBe(0);
  });

  test(`${version}: kubectl attach sees what the container says now`, async () => {
    const attached = await cluster.startKubectl(version, ...inNamespace('attach', 'talker'));
    await attached.until(/line \d+\n/);
    await attached.stop('SIGINT');
  });

  test(`${version}: kubectl cp carries a file there and back`, async () => {
    const [there, back] = ['there.txt', 'back.txt'].map((name) =>
      join(cluster.dataDir, `${version}-${name}`),
    ) as [string, string];
    writeFileSync(there, 'x'.repeat(100_000));
    const sent = await cluster.kubectl(version, 'cp', there, `${namespace}/talker:copied.txt`);
    expect(sent.code, sent.stderr).toBe(0);
    const fetched = await cluster.kubectl(version, 'cp', `${namespace}/talker:copied.txt`, back);
    expect(fetched.code, fetched.stderr).toBe(0);
    expect(readFileSync(back, 'utf8')).toBe(readFileSync(there, 'utf8'));
  });

  test(`${version}: kubectl port-forward carries a connection to a pod, and to one of a service`, async () => {
    const script = `require('http').createServer((q, r) => r.end('hello ' + q.url)).listen(0, '127.0.0.1', function () { console.log('port ' + this.address().port) })`;
    await cluster.kubectl(
      version,
      ...inNamespace(
        'run',
        'server',
        '--image=node',
        '--restart=Never',
        '--',
        process.execPath,
        '-e',
        script,
      ),
    );
    await cluster.kubectl(
      version,
      ...inNamespace('wait', '--for=condition=Ready', 'pod/server', '--timeout=60s'),
    );
    const saying = await cluster.startKubectl(version, ...inNamespace('logs', '-f', 'server'));
    const [, port] = await saying.until(/port (\d+)/);
    await saying.stop();
    const exposed = await cluster.kubectl(
      version,
      ...inNamespace('expose', 'pod', 'server', '--port=80', `--target-port=${port}`),
    );
    expect(exposed.code, exposed.stderr).toBe(0);
    for (const target of [
      ['pod/server', `:${port}`],
      ['service/server', ':80'],
    ]) {
      const forwarding = await cluster.startKubectl(version, ...inNamespace('port-forward', ...target));
      const [, local] = await forwarding.until(/Forwarding from 127\.0\.0\.1:(\d+)/);
      const answer = await fetch(`http://127.0.0.1:${local}/there`);
      expect(await answer.text()).toBe('hello /there');
      await forwarding.stop('SIGINT');
    }
  });

  rows([
    { run: 'delete pod talker --grace-period=1', prints: /^pod "talker" deleted/ },
    { run: 'delete pods --all --now', prints: /pod "server" deleted/ },
    { run: 'get pods', complains: /^No resources found/ },
  ]);
}
