import { request } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { TestCluster } from '../../src/index.ts';

export interface Answer {
  readonly status: number;
  /** The texts of `Warning` headers, as one. */
  readonly warning: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind
  readonly body: any;
}

export type Call = (method: string, path: string, body?: object, contentType?: string) => Promise<Answer>;

/** The API of a cluster over HTTPS, for what the library's client has no words for. */
export async function listen(cluster: TestCluster): Promise<Call> {
  const config = new KubeConfig();
  config.loadFromString(await cluster.listen());
  const { server } = config.getCurrentCluster()!;
  return async (method, path, body, contentType = 'application/json') => {
    const text = body ? JSON.stringify(body) : '';
    const headers = { 'content-type': contentType, 'content-length': String(Buffer.byteLength(text)) };
    const options = { method, headers };
    await config.applyToHTTPSOptions(options);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const sent = request(new URL(server + path), options, (response) => {
      const { statusCode: status = 0, headers } = response;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status,
          warning: [headers.warning ?? ''].flat().join('; '),
          body: parsed(Buffer.concat(chunks).toString()),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(text);
    return promise;
  };
}

/** A watch answers with a line for each change. */
function parsed(text: string): unknown {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.length === 1 ? JSON.parse(lines[0]!) : lines.map((line) => JSON.parse(line));
}
