import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../clock/clock.ts';
import { HttpsClient } from '../httpsClient.ts';
import { adminAccess, authority, serverCertificate, clock as systemClock } from './loopbackServer.ts';

export interface ScriptedServer extends AsyncDisposable {
  readonly client: HttpsClient;
  readonly requests: readonly IncomingMessage[];
  readonly port: number;
}

/** A server that does whatever the test wants, and a client of it. `answer` gets the number of the request, from 1. */
export async function startScriptedServer(
  answer: (response: ServerResponse, number: number, request: IncomingMessage) => void,
  clock: Clock = systemClock,
): Promise<ScriptedServer> {
  const { certificate: cert, key } = await serverCertificate();
  const requests: IncomingMessage[] = [];
  const tls = { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false };
  const server = createServer(tls, (request, response) => {
    requests.push(request);
    answer(response, requests.length, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = HttpsClient.to(await adminAccess(port), { clock });
  return {
    client,
    requests,
    port,
    async [Symbol.asyncDispose]() {
      client.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function answerJson(response: ServerResponse, body: object, status = 200, headers = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}
