import { execFile } from 'node:child_process';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { busyboxImage } from './imageArchive.ts';

const MANIFEST = /\/manifests\/(sha256:[0-9a-f]+)?/;
const BLOB = /\/blobs\/(sha256:[0-9a-f]+)$/;

/** Serves one image under every name and tag, at the loopback, to those who know its user and password. */
export class PrivateRegistry {
  readonly user = 'ann';
  readonly password = 'secret';
  readonly #layout: string;
  readonly #server: Server;

  private constructor(layout: string) {
    this.#layout = layout;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** The folder is there afterwards. */
  static async start(directory: string): Promise<PrivateRegistry> {
    await mkdir(directory, { recursive: true });
    // Not the one that a containerd of the tests has already.
    const archive = await busyboxImage(directory, 'any', ['sleep', '2000000']);
    await promisify(execFile)('tar', ['-xf', archive, '-C', directory]);
    const registry = new PrivateRegistry(directory);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  /** With its port, as in the name of an image. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    const known = Buffer.from(`${this.user}:${this.password}`).toString('base64');
    if (headers.authorization !== `Basic ${known}`) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
      return;
    }
    const path = url.split('?')[0]!;
    const manifest = MANIFEST.exec(path);
    const blob = BLOB.exec(path);
    const { manifests } = JSON.parse(readFileSync(join(this.#layout, 'index.json'), 'utf8'));
    if (manifest) this.#send(response, manifest[1] ?? manifests[0].digest, manifests[0].mediaType);
    else if (blob) this.#send(response, blob[1]!, 'application/octet-stream');
    else response.writeHead(path === '/v2/' ? 200 : 404).end();
  }

  #send(response: ServerResponse, digest: string, contentType: string): void {
    const path = join(this.#layout, 'blobs', digest.replace(':', '/'));
    if (!existsSync(path)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': contentType, 'Docker-Content-Digest': digest });
    createReadStream(path).pipe(response);
  }
}
