import { isStatusError } from '../../apimachinery/errors.ts';
import { dns1123Subdomain } from '../../apimachinery/nameRules.ts';
import type { Client } from '../../client/client.ts';
import { HttpsClient } from '../../client/http/httpsClient.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';
import { KUBELET_CLIENT } from '../../controllers/certificates/plan.ts';
import type { Node } from '../../generated/types.ts';
import { type KeyPair, publicKeyHash } from '../../pki/certificateAuthority.ts';
import { isReady } from '../../resources/conditions.ts';
import { Nodes } from '../../resources/kinds.ts';
import type { RuntimeChoice } from '../clusterConfig.ts';
import { DataDirectory } from '../dataDirectory.ts';
import { findRunning } from '../runningFile.ts';
import { discoverAuthority } from './discovery.ts';
import { JoinedNode, nodeSubject } from './joinedNode.ts';
import { settleNodeConfig } from './nodeConfig.ts';
import { findIdentity, keepIdentity, type NodeIdentity } from './nodeIdentity.ts';
import { requestCertificate } from './requestCertificate.ts';

export interface JoinOptions {
  /** `10.0.0.1:6443`. Like token and hash it is needed the first time only. */
  readonly server?: string | undefined;
  readonly token?: string | undefined;
  readonly caCertificateHash?: string | undefined;
  readonly nodeName: string;
  readonly dataDir: string;
  /** What is not given is as it was the last time, like the socket, the limit and the labels; `auto` at first. */
  readonly runtime?: RuntimeChoice | undefined;
  readonly criSocket?: string | undefined;
  readonly podPidsLimit?: number | undefined;
  readonly evictionHard?: string | undefined;
  readonly podLogsDir?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly clock: Clock;
  readonly random: Random;
  reportError(what: string, error: unknown): void;
}

/**
 * Makes this process a node of a cluster, as the one that it was before if its data directory tells so. Resolves when the node has registered
 * itself. Rejects with one line that says what stands in the way.
 */
export async function joinCluster(options: JoinOptions): Promise<JoinedNode> {
  const { nodeName, dataDir, clock, random } = options;
  const [problem] = dns1123Subdomain(nodeName);
  if (problem) throw new Error(`Cannot join as "${nodeName}": ${problem}. Give another --node-name`);
  const identity = earlierIdentity(options) ?? (await newIdentity(options));
  const directory = new DataDirectory(dataDir);
  refuseSecondProcess(directory);
  keepIdentity(directory, identity);
  const config = settleNodeConfig(directory, options);
  const reportError = options.reportError.bind(options);
  return JoinedNode.start({ ...config, identity, directory, clock, random, reportError });
}

/** Two agents of one node would fight over its pods. */
function refuseSecondProcess(directory: DataDirectory): void {
  const running = findRunning(directory);
  if (running)
    throw new Error(`Cannot join: process ${running.pid} is the node of ${directory.path} already`);
}

function earlierIdentity({
  dataDir,
  clock,
  nodeName,
  server,
  caCertificateHash,
}: JoinOptions): NodeIdentity | undefined {
  const identity = findIdentity(dataDir, clock.now());
  if (!identity) return undefined;
  if (identity.nodeName !== nodeName) {
    throw new Error(
      `Cannot join as "${nodeName}": ${dataDir} is that of "${identity.nodeName}". Give another --data-dir`,
    );
  }
  if (caCertificateHash && publicKeyHash(identity.caCertificate) !== caCertificateHash.toLowerCase()) {
    throw new Error(
      `Cannot join: ${dataDir} is that of a node of another cluster. Give another --data-dir, or remove it`,
    );
  }
  return server ? { ...identity, server: `https://${server}` } : identity;
}

async function newIdentity(options: JoinOptions): Promise<NodeIdentity> {
  const { nodeName, token, caCertificateHash, clock } = options;
  if (!options.server || !token || !caCertificateHash) {
    throw new Error(
      'Cannot join without the address of the server, --token and --discovery-token-ca-cert-hash: "sampan token create --print-join-command" tells them',
    );
  }
  const server = `https://${options.server}`;
  const caCertificate = await discoverAuthority({ server, token, caCertificateHash, clock });
  const joining = HttpsClient.to({ server, caCertificate, credentials: { token } }, { clock });
  try {
    const client = await bootstrap(joining, clock, nodeName);
    return { nodeName, server, caCertificate, client };
  } finally {
    joining.close();
  }
}

/** Trades the token for a certificate of the node's own. */
async function bootstrap(client: Client, clock: Clock, nodeName: string): Promise<KeyPair> {
  try {
    await refuseTakenName(client, nodeName);
    const wanted = {
      signerName: KUBELET_CLIENT,
      usage: 'client auth',
      subject: nodeSubject(nodeName),
    } as const;
    return await requestCertificate(client, clock, wanted);
  } catch (error) {
    if (!isStatusError(error, 'Unauthorized')) throw error;
    throw new Error('Cannot use the token: it has expired. "sampan token create" makes a new one');
  }
}

/** A node that is alive elsewhere must not be taken over; one that is not may come back from a machine that lost its data (as kubeadm). */
async function refuseTakenName(client: Client, nodeName: string): Promise<void> {
  const node = await findNode(client, nodeName);
  if (node && isReady(node)) {
    throw new Error(`Cannot join as "${nodeName}": a node of this name is there. Give another --node-name`);
  }
}

/** Undefined also where the cluster does not let who joins look for nodes. */
const findNode = (client: Client, name: string): Promise<Node | undefined> =>
  ignoreStatusError(client.get(Nodes, { name }), 'NotFound', 'Forbidden');
