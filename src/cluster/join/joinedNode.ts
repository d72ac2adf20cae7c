import { HttpsClient } from '../../client/http/httpsClient.ts';
import type { Cancel, Clock } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';
import { KUBELET_CLIENT, KUBELET_SERVING } from '../../controllers/certificates/plan.ts';
import { Kubelet } from '../../node/kubelet/kubelet.ts';
import { KubeletCallers } from '../../node/kubelet/kubeletCallers.ts';
import { NodeAgent } from '../../node/nodeAgent.ts';
import type { KeyPair } from '../../pki/certificateAuthority.ts';
import { NODE_USER_PREFIX } from '../../resources/nodeIdentity.ts';
import { createRuntime, DEFAULT_POD_LOGS_DIR } from '../createRuntime.ts';
import type { DataDirectory } from '../dataDirectory.ts';
import { hostCapacity, hostSystem } from '../hostFacts.ts';
import { forgetRunning, noteRunning } from '../runningFile.ts';
import type { NodeConfig } from './nodeConfig.ts';
import { keepIdentity, type NodeIdentity } from './nodeIdentity.ts';
import { keepRenewed } from './renewal.ts';
import { requestCertificate } from './requestCertificate.ts';
import { wayToServer } from './wayToServer.ts';

export interface JoinedNodeOptions extends NodeConfig {
  readonly identity: NodeIdentity;
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly random: Random;
  reportError(what: string, error: unknown): void;
}

/** A node whose control plane is in another process: an agent that talks HTTPS, and a kubelet that the API server talks to. */
export class JoinedNode {
  readonly name: string;
  readonly #options: JoinedNodeOptions;
  readonly #client: HttpsClient;
  readonly #renewals: Cancel[] = [];
  #agent: NodeAgent | undefined;
  #kubelet: Kubelet | undefined;

  private constructor(options: JoinedNodeOptions) {
    const { identity, clock } = options;
    this.#options = options;
    this.name = identity.nodeName;
    const { server, caCertificate, client: credentials } = identity;
    this.#client = HttpsClient.to({ server, caCertificate, credentials }, { clock, manager: 'kubelet' });
  }

  /** Resolves when the node has registered itself. Rejects when the server cannot be reached or does not want it. */
  static async start(options: JoinedNodeOptions): Promise<JoinedNode> {
    const node = new JoinedNode(options);
    try {
      await node.#start();
    } catch (error) {
      await node.stop({ drainPods: false });
      throw error;
    }
    return node;
  }

  /** Resolves when the node is Ready. */
  get ready(): Promise<void> {
    return this.#agent!.ready;
  }

  /** With `drainPods` the containers are ended by their grace periods first. */
  async stop(how: { drainPods: boolean }): Promise<void> {
    for (const cancel of this.#renewals) cancel();
    await this.#agent?.stop(how);
    await this.#kubelet?.close();
    this.#client.close();
    forgetRunning(this.#options.directory);
  }

  async #start(): Promise<void> {
    const { identity, labels, clock, random, directory } = this.#options;
    const startedAt = new Date(clock.now()).toISOString();
    noteRunning(directory, { pid: process.pid, url: identity.server, startedAt });
    const { from: address, to: apiServer } = await wayToServer(identity.server);
    const kubeletPort = await this.#listen(address);
    this.#agent = new NodeAgent({
      name: this.name,
      client: this.#client,
      clock,
      random,
      runtime: await createRuntime(this.#options.runtime, {
        dataDir: directory.path,
        clock,
        random,
        criSocket: this.#options.criSocket,
        podPidsLimit: this.#options.podPidsLimit,
        podLogsDir: this.#options.podLogsDir ?? DEFAULT_POD_LOGS_DIR,
      }),
      dataDir: directory.path,
      evictionHard: this.#options.evictionHard,
      apiServer,
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: this.name },
      ],
      capacity: hostCapacity(),
      ...hostSystem(),
      labels,
      kubeletPort,
      reportError: this.#options.reportError,
    });
    await this.#agent.start();
    this.#renew(identity.client.certificate, () => this.#renewClient());
  }

  /** Takes any free port: several nodes may live on one machine. */
  async #listen(address: string): Promise<number> {
    const hosts = [this.name, address];
    const own = await this.#serving(hosts);
    const agent = () => this.#agent!;
    const callers = new KubeletCallers(this.#client, this.name);
    this.#kubelet = new Kubelet({
      // Others than the API server may show a token instead of a certificate.
      tls: {
        ...tlsOf(own),
        ca: this.#options.identity.caCertificate,
        requestCert: true,
        rejectUnauthorized: false,
      },
      authorize: (request, route) => callers.authorize(request, route),
      pods: () => agent().pods,
      get access() {
        return agent().podAccess;
      },
      get node() {
        return agent().nodeAccess;
      },
      clock: this.#options.clock,
    });
    this.#renew(own.certificate, async () => {
      const next = await this.#serving(hosts);
      this.#kubelet?.useCertificate(tlsOf(next));
      return next.certificate;
    });
    return this.#kubelet.listen(0, address);
  }

  #serving(hosts: readonly string[]): Promise<KeyPair> {
    return this.#request(KUBELET_SERVING, 'server auth', hosts);
  }

  async #renewClient(): Promise<string> {
    const client = await this.#request(KUBELET_CLIENT, 'client auth', []);
    keepIdentity(this.#options.directory, { ...this.#options.identity, client });
    this.#client.useCredentials(client);
    return client.certificate;
  }

  #request(
    signerName: string,
    usage: 'client auth' | 'server auth',
    hosts: readonly string[],
  ): Promise<KeyPair> {
    const subject = { ...nodeSubject(this.name), hosts };
    return requestCertificate(this.#client, this.#options.clock, { signerName, usage, subject });
  }

  #renew(certificate: string, renew: () => Promise<string>): void {
    const { clock, random, reportError } = this.#options;
    this.#renewals.push(keepRenewed(certificate, { clock, random, renew, reportError }));
  }
}

export const nodeSubject = (nodeName: string) => ({
  commonName: NODE_USER_PREFIX + nodeName,
  organizations: ['system:nodes'],
});

const tlsOf = ({ certificate, key }: KeyPair) => ({ cert: certificate, key });
