import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isStatusError } from '../../apimachinery/errors.ts';
import type { PodAccess } from '../../apiserver/streams/podAccess.ts';
import { remoteNodeAccess } from '../../apiserver/streams/remoteNodeAccess.ts';
import { remotePodAccess } from '../../apiserver/streams/remotePodAccess.ts';
import { Informer } from '../../client/informer.ts';
import type { Clock } from '../../clock/clock.ts';
import { systemRandom } from '../../clock/random.ts';
import { SystemClock } from '../../clock/systemClock.ts';
import type { AuthenticationV1TokenRequest, Node, Pod } from '../../generated/types.ts';
import { type KeyPair, publicKeyHash } from '../../pki/certificateAuthority.ts';
import { bootstrapTokenSecretName } from '../../resources/bootstrapToken.ts';
import {
  ClusterRoleBindings,
  ClusterRoles,
  Nodes,
  Pods,
  Secrets,
  ServiceAccounts,
} from '../../resources/kinds.ts';
import { Cluster } from '../cluster.ts';
import { remoteNodes } from '../remoteNodes.ts';
import { createToken, tokenText } from '../tokens.ts';
import { type JoinOptions, joinCluster } from './join.ts';
import type { JoinedNode } from './joinedNode.ts';

const clock = new SystemClock();
const home = mkdtempSync(join(tmpdir(), 'sampan-join-'));
const joined: JoinedNode[] = [];
let cluster: Cluster;
let options: JoinOptions;

beforeAll(async () => {
  cluster = await Cluster.start({
    dataDir: join(home, 'cluster'),
    listen: { host: '127.0.0.1', port: 0 },
    ephemeral: true,
    config: { nodes: 0, runtime: 'simulated' },
    clock,
    random: systemRandom,
    localTimeZone: 'UTC',
    reportError: () => {},
  });
  const token = await createToken(cluster.client, clock, { ttlMs: 3_600_000 });
  options = {
    server: new URL(cluster.url).host,
    token: tokenText(token),
    caCertificateHash: publicKeyHash(readFileSync(join(home, 'cluster/pki/ca.crt'), 'utf8')),
    nodeName: 'node04',
    dataDir: join(home, 'node04'),
    runtime: 'simulated',
    labels: { disk: 'ssd' },
    clock,
    random: systemRandom,
    reportError: () => {},
  };
});

afterEach(async () => {
  await Promise.all(joined.splice(0).map((node) => node.stop({ drainPods: false })));
});
afterAll(async () => {
  await cluster.stop();
  rmSync(home, { recursive: true });
});

async function joinAs(nodeName: string, rest: Partial<JoinOptions> = {}): Promise<JoinedNode> {
  const node = await joinCluster({ ...options, nodeName, dataDir: join(home, nodeName), ...rest });
  joined.push(node);
  return node;
}

const nodeOf = (name: string) => cluster.client.get(Nodes, { name });
const clientCertificate = (name: string) => {
  const text = readFileSync(join(home, name, 'kubelet.kubeconfig'), 'utf8');
  return new X509Certificate(Buffer.from(/client-certificate-data: (\S+)/.exec(text)![1]!, 'base64'));
};

describe('a node that joins', () => {
  test('becomes Ready, with its labels, and says where its kubelet listens', async () => {
    const node = await joinAs('node04');
    await node.ready;
    const { metadata, status } = await nodeOf('node04');
    expect(metadata.labels?.disk).toBe('ssd');
    expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
    expect(status?.addresses?.[0]).toEqual({ type: 'InternalIP', address: '127.0.0.1' });
    expect(status?.daemonEndpoints?.kubeletEndpoint?.Port).toBeGreaterThan(0);
  });

  test('keeps a certificate of its own, for its owner alone', async () => {
    await joinAs('node05');
    expect(clientCertificate('node05').subject).toBe('O=system:nodes\nCN=system:node:node05');
    expect(statSync(join(home, 'node05/kubelet.kubeconfig')).mode & 0o777).toBe(0o600);
  });

  test('comes back as the same node without a token', async () => {
    const first = await joinAs('node06');
    await first.stop({ drainPods: false });
    joined.splice(0);
    const before = clientCertificate('node06').serialNumber;
    await joinAs('node06', { server: undefined, token: undefined, caCertificateHash: undefined });
    expect(clientCertificate('node06').serialNumber).toBe(before);
  });

  test('comes back with its runtime and its labels, also where the API has forgotten it', async () => {
    const first = await joinAs('node13', { labels: { disk: 'hdd' } });
    await first.stop({ drainPods: false });
    joined.splice(0);
    await cluster.client.delete(Nodes, { name: 'node13' });
    const again = await joinAs('node13', { runtime: undefined, labels: undefined });
    await again.ready;
    const { metadata, status } = await nodeOf('node13');
    expect(metadata.labels?.disk).toBe('hdd');
    expect(status?.nodeInfo?.containerRuntimeVersion).toMatch(/^simulated/);
  });
});

const keyPair = (name: string): KeyPair => ({
  certificate: readFileSync(join(home, `cluster/pki/${name}.crt`), 'utf8'),
  key: readFileSync(join(home, `cluster/pki/${name}.key`), 'utf8'),
});

/** Resolves when the pod runs. */
async function runPod(nodeName: string, script: string): Promise<Pod> {
  const created = await cluster.client.create(Pods, {
    metadata: { generateName: 'pod-', namespace: 'default' },
    spec: { nodeName, containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', script] }] },
  });
  const pods = new Informer<Pod>(cluster.client, clock, Pods);
  await pods.start();
  const running = Promise.withResolvers<Pod>();
  pods.onChange(({ after }) => {
    if (after?.metadata.uid === created.metadata.uid && after?.status?.phase === 'Running')
      running.resolve(after);
  });
  return running.promise.finally(() => pods.stop());
}

async function readAll(access: PodAccess, { metadata }: Pod): Promise<string> {
  const reference = { namespace: metadata.namespace!, name: metadata.name!, uid: metadata.uid! };
  const options = { follow: false, timestamps: false, previous: false };
  const chunks = await Array.fromAsync(access.logs(reference, 'main', options, new AbortController().signal));
  return Buffer.concat(chunks).toString();
}

const later = (ms: number): Clock => ({
  now: () => clock.now() + ms,
  elapsed: () => clock.elapsed(),
  callAt: (time, wake) => clock.callAt(time - ms, wake),
  callIn: (delayMs, wake) => clock.callIn(delayMs, wake),
  soon: (wake) => clock.soon(wake),
});

const refusals: Record<string, { but: () => Partial<JoinOptions>; want: RegExp }> = {
  'a token that is none': { but: () => ({ token: 'hello' }), want: /must look like abcdef.0123456789abcdef/ },
  'a token that the cluster does not know': {
    but: () => ({ token: 'aaaaaa.0123456789abcdef' }),
    want: /^Cannot use the token "aaaaaa": the cluster does not know it, or it has expired/,
  },
  'a token with another second half': {
    but: () => ({ token: `${options.token!.slice(0, 6)}.0123456789abcdef` }),
    want: /its second half is not the one/,
  },
  'the hash of another authority': {
    but: () => ({ caCertificateHash: `sha256:${'0'.repeat(64)}` }),
    want: /^Cannot trust https:\S+: the hash of its authority is sha256:[0-9a-f]{64}, not sha256:0{64}$/,
  },
  'a server that is not there': {
    but: () => ({ server: '127.0.0.1:1' }),
    want: /^Cannot reach https:\/\/127.0.0.1:1: connection refused$/,
  },
  'a name that no node can have': {
    but: () => ({ nodeName: 'Node_04' }),
    want: /^Cannot join as "Node_04": a lowercase RFC 1123 subdomain must/,
  },
  'no token at all': { but: () => ({ token: undefined }), want: /^Cannot join without/ },
  'a clock that is an hour ahead': {
    but: () => ({ clock: later(3_600_000) }),
    want: /60 minutes ahead of the cluster's/,
  },
  'a clock that is an hour behind': {
    but: () => ({ clock: later(-3_600_000) }),
    want: /60 minutes behind the cluster's/,
  },
  'the name of a node that is Ready': {
    but: () => ({ nodeName: 'master01' }),
    want: /^Cannot join as "master01": a node of this name is there/,
  },
};
for (const [name, { but, want }] of Object.entries(refusals)) {
  test(`${name} ends in one line, and leaves nothing behind`, async () => {
    const dataDir = join(home, 'refused');
    await expect(joinCluster({ ...options, dataDir, nodeName: 'refused', ...but() })).rejects.toThrow(want);
    expect(() => statSync(dataDir)).toThrow('ENOENT');
    await expect(nodeOf('refused')).rejects.toSatisfy((error) => isStatusError(error, 'NotFound'));
  });
}

test('a token that is deleted no longer lets anybody in', async () => {
  const token = await createToken(cluster.client, clock, { ttlMs: 0 });
  await cluster.client.delete(Secrets, {
    name: bootstrapTokenSecretName(token.id),
    namespace: 'kube-system',
  });
  await expect(joinAs('node07', { token: tokenText(token) })).rejects.toThrow(/^Cannot use the token/);
});

test('a data directory of another node is refused', async () => {
  await joinAs('node08');
  await expect(joinAs('node09', { dataDir: join(home, 'node08') })).rejects.toThrow(/is that of "node08"/);
});

test('two processes cannot be the same node', async () => {
  await joinAs('node11');
  await expect(joinAs('node11')).rejects.toThrow(`process ${process.pid} is the node of`);
});

test('the API server reaches the pods of a joined node, and nobody else does', async () => {
  const node = await joinAs('node12');
  await node.ready;
  const pod = await runPod('node12', "echo 'hello from afar'; sleep 1000");
  const kubeletClient = keyPair('apiserver-kubelet-client');
  const caCertificate = readFileSync(join(home, 'cluster/pki/ca.crt'), 'utf8');
  const status = await nodeOf('node12');
  const log = (client: KeyPair) => {
    const address = remoteNodes({ findNode: () => status, kubeletClient: client, caCertificate })('node12')!;
    return readAll(remotePodAccess(address), pod);
  };
  expect(await log(kubeletClient)).toBe('hello from afar\n');
  await expect(log(keyPair('admin'))).rejects.toMatchObject({ reason: 'Forbidden' });
});

describe('what a joined node tells of itself', () => {
  /** Asks its kubelet, with a certificate or a token. */
  async function ask(path: string, shown: { keys?: KeyPair; token?: string } = {}): Promise<string> {
    const { status } = await nodeOf('node14');
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      https
        .get(
          {
            host: '127.0.0.1',
            port: status?.daemonEndpoints?.kubeletEndpoint?.Port,
            path,
            ca: readFileSync(join(home, 'cluster/pki/ca.crt'), 'utf8'),
            ...(shown.keys && { cert: shown.keys.certificate, key: shown.keys.key }),
            headers: shown.token ? { authorization: `Bearer ${shown.token}` } : {},
          },
          resolve,
        )
        .on('error', reject);
    });
    return `${response.statusCode} ${(await text(response)).trim()}`;
  }

  test('the administrator sees by a certificate, others by a token if they may, nobody without', async () => {
    await (await joinAs('node14')).ready;
    expect(await ask('/stats/summary', { keys: keyPair('admin') })).toContain('"nodeName":"node14"');
    expect(await ask('/metrics/resource')).toBe('401 Unauthorized');
    expect(await ask('/metrics/resource', { token: 'made-up' })).toBe('401 Unauthorized');
    const scraper = { name: 'scraper', namespace: 'default' };
    await cluster.client.create(ServiceAccounts, { metadata: scraper });
    const request = { metadata: {}, spec: { audiences: [] } };
    const { status } = await cluster.client.createSubresource<AuthenticationV1TokenRequest>(
      ServiceAccounts,
      scraper,
      'token',
      request as never,
    );
    const token = status!.token;
    expect(await ask('/metrics/resource', { token })).toBe(
      '403 Forbidden (user=system:serviceaccount:default:scraper, verb=get, resource=nodes, subresource(s)=[metrics])',
    );
    const rbac = 'rbac.authorization.k8s.io';
    const rules = [{ apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] }];
    await cluster.client.create(ClusterRoles, { metadata: { name: 'scraper' }, rules });
    await cluster.client.create(ClusterRoleBindings, {
      metadata: { name: 'scraper' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'scraper' },
      subjects: [{ kind: 'ServiceAccount', ...scraper }],
    });
    expect(await ask('/metrics/resource', { token })).toMatch(/^200 [\s\S]*resource_scrape_error 0$/);
    expect(await ask('/stats/summary', { token })).toMatch(/^403 /);
    expect(await ask('/exec/default/web/main', { keys: keyPair('admin') })).toMatch(/^403 /);
  });

  test('the API server sees, and tells those who ask it', async () => {
    const node = await joinAs('node15');
    await node.ready;
    await runPod('node15', 'sleep 1000');
    const { status } = await nodeOf('node15');
    const address = remoteNodes({
      findNode: () => ({ metadata: {}, status }) as Node,
      kubeletClient: keyPair('apiserver-kubelet-client'),
      caCertificate: readFileSync(join(home, 'cluster/pki/ca.crt'), 'utf8'),
    })('node15')!;
    const access = remoteNodeAccess(address);
    expect(await access.usage()).toMatchObject({
      node: { nanoCores: 1_000_000 },
      pods: [{ namespace: 'default', containers: [{ name: 'main', memoryBytes: 4 * 1024 ** 2 }] }],
    });
    expect(await access.get('/no/such/path', new URLSearchParams())).toMatchObject({ status: 404 });
    const gone = remoteNodeAccess({ ...address, port: 1 });
    await expect(gone.usage()).rejects.toThrow('dial tcp 127.0.0.1:1: connect: connection refused');
  });
});

test('a node that is gone is Ready again when its process comes back', async () => {
  const nodes = new Informer<Node>(cluster.client, clock, Nodes);
  await nodes.start();
  const node = await joinAs('node10');
  await node.ready;
  await cluster.client.delete(Nodes, { name: 'node10' });
  await node.stop({ drainPods: true });
  joined.splice(0);
  const again = await joinAs('node10');
  await again.ready;
  nodes.stop();
  expect((await nodeOf('node10')).metadata.name).toBe('node10');
});
