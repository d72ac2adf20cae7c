import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A port on loopback that leads to another one, until it is cut. */
export class CuttableLink {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  private constructor(target: number) {
    this.#target = target;
  }

  static async to(endpoint: string): Promise<CuttableLink> {
    const link = new CuttableLink(Number(new URL(endpoint).port));
    await link.mend();
    return link;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async mend(): Promise<void> {
    this.#server = createServer((near) => this.#join(near, connect(this.#target, '127.0.0.1')));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection, and refuses new ones. */
  cut(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #join(near: Socket, far: Socket): void {
    for (const socket of [near, far]) this.#sockets.add(socket.on('error', () => {}));
    near.pipe(far).pipe(near);
  }
}
