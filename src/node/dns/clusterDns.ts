import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../clock/clock.ts';
import { answer, said } from './answering.ts';
import type { ClusterNames } from './clusterNames.ts';
import { type Query, RCODES, readQuery, refuse, writeReply } from './dnsMessage.ts';
import { forward, type Transport } from './forward.ts';
import { HostResolvers } from './hostResolvers.ts';
import { framed, MessageReader } from './streamMessages.ts';

export interface ClusterDnsOptions {
  readonly clock: Clock;
  /** An address of this host. */
  readonly address: string;
  /** 53 unless given; 0 for any. */
  readonly port?: number;
  readonly names: ClusterNames;
  /** Tells how often what is known has changed. */
  serial(): number;
  /** Names the servers for all other names: a `resolv.conf`. */
  readonly resolverFile: string;
  /** The port of those servers, unless it is the usual one. */
  readonly resolverPort?: number;
}

const PORT = 53;
const LARGEST_STREAM_MESSAGE = 65_535;
/** Questions to other servers that are under way at once; who asks more is refused. */
const MOST_FORWARDED = 1_000;
const MOST_CONNECTIONS = 200;
const IDLE_MS = 10_000;

/** The DNS of the cluster: answers for its own zone, and asks the host's servers for everything else. */
export class ClusterDns {
  readonly #options: ClusterDnsOptions;
  readonly #resolvers: HostResolvers;
  readonly #connections = new Set<Socket>();
  #udp: UdpSocket | undefined;
  #tcp: Server | undefined;
  #forwarded = 0;

  constructor(options: ClusterDnsOptions) {
    this.#options = options;
    this.#resolvers = new HostResolvers(options.resolverFile, options.address, options.clock);
  }

  /** Resolves to the port. Rejects when the host does not have the address, or somebody else listens there. */
  async listen(): Promise<number> {
    const { address, port = PORT } = this.#options;
    try {
      // First where a port that nobody has named is more often somebody else's.
      const taken = await this.#listenTcp(address, port);
      await this.#listenUdp(address, taken);
      return taken;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const [udp, tcp] = [this.#udp, this.#tcp];
    this.#udp = undefined;
    this.#tcp = undefined;
    for (const connection of this.#connections) connection.destroy();
    await new Promise<void>((resolve) => (udp ? udp.close(() => resolve()) : resolve()));
    await new Promise<void>((resolve) => (tcp?.listening ? tcp.close(() => resolve()) : resolve()));
  }

  #listenUdp(address: string, port: number): Promise<void> {
    const socket = createSocket('udp4');
    this.#udp = socket;
    socket.on('message', (message, from) => void this.#onDatagram(message, from));
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, address, () => {
        // A client that has gone away is no trouble of ours.
        socket.off('error', reject).on('error', () => {});
        resolve();
      });
    });
  }

  #listenTcp(address: string, port: number): Promise<number> {
    const server = createServer((socket) => this.#onConnection(socket));
    server.maxConnections = MOST_CONNECTIONS;
    this.#tcp = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, () => {
        server.off('error', reject).on('error', () => {});
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  async #onDatagram(message: Buffer, { port, address }: RemoteInfo): Promise<void> {
    const reply = await this.#reply(message, 'udp');
    // Whoever says that it is at port 0 cannot be answered.
    if (reply && port > 0) this.#udp?.send(reply, port, address, () => {});
  }

  #onConnection(socket: Socket): void {
    this.#connections.add(socket);
    let stopWaiting = this.#options.clock.callIn(IDLE_MS, () => socket.destroy());
    const reader = new MessageReader((message) => {
      void this.#reply(message, 'tcp').then(
        (reply) => reply && socket.writable && socket.write(framed(reply)),
      );
    });
    socket.on('data', (bytes: Buffer) => {
      stopWaiting();
      stopWaiting = this.#options.clock.callIn(IDLE_MS, () => socket.destroy());
      reader.take(bytes);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      stopWaiting();
      this.#connections.delete(socket);
    });
  }

  async #reply(message: Buffer, transport: Transport): Promise<Buffer | undefined> {
    const query = readQuery(message);
    if (query === undefined) return undefined;
    if (typeof query === 'number') return refuse(message, query);
    const limit = transport === 'udp' ? query.size : LARGEST_STREAM_MESSAGE;
    try {
      const { names, address, serial } = this.#options;
      const resolve = (question: Buffer) => this.#forward(question, 'udp');
      const own = await answer(query, { names, address, serial: serial(), resolve });
      if (own) return writeReply(query, own, limit);
      return (await this.#forward(message, transport)) ?? this.#failed(query, limit);
    } catch {
      return this.#failed(query, limit);
    }
  }

  #failed(query: Query, limit: number): Buffer {
    return writeReply(query, { ...said(RCODES.failed), isOurs: false }, limit);
  }

  async #forward(message: Buffer, transport: Transport): Promise<Buffer | undefined> {
    if (this.#forwarded >= MOST_FORWARDED) return undefined;
    this.#forwarded++;
    try {
      const servers = await this.#resolvers.servers();
      return await forward(message, servers, transport, this.#options.clock, this.#options.resolverPort);
    } finally {
      this.#forwarded--;
    }
  }
}
