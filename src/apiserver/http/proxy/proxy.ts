import type { ClientRequest, IncomingMessage } from 'node:http';
import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { messageOf } from '../../../apimachinery/errors.ts';
import { type HttpResponse, header, type Sink } from '../message.ts';
import { type Call, notAllowed } from '../verbs/call.ts';
import type { PodAccessFor } from '../verbs/podConnections.ts';
import { beginExchange, encodedPath } from './exchange.ts';
import { answerHeaders, requestHeaders } from './proxyHeaders.ts';
import { type ProxyTarget, proxyTargetOf } from './proxyTarget.ts';
import { canRewrite, rewritePage } from './rewriteHtml.ts';
import { type LinkRules, rewriteLink } from './rewriteLink.ts';
import { unreachable } from './unreachable.ts';

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** `…/pods/<name>/proxy/…` and `…/services/<name>/proxy/…`: what a pod itself answers, with its links leading back here. */
export async function proxyToPod(call: Call, podAccessFor: PodAccessFor): Promise<HttpResponse> {
  const { http, info } = call;
  if (!METHODS.has(http.method)) throw notAllowed();
  const target = proxyTargetOf(call);
  if (info.rest === '' && (http.method === 'GET' || http.method === 'HEAD')) return toRoot(http.url);
  const prefix = prefixOf(call);
  const answer = await ask(call, target, podAccessFor, prefix);
  return passedOn(answer, http.method, {
    host: `${target.pod.status?.podIP}:${target.port}`,
    requestHost: header(http, 'host'),
    prefix,
  });
}

/** So that relative links of the page lead to the right place. */
function toRoot(url: string): HttpResponse {
  const [path, ...query] = url.split('?');
  return { status: 301, headers: { location: [`${path}/`, ...query].join('?') } };
}

const prefixOf = ({ info }: Call): string =>
  `/api/v1/namespaces/${info.namespace}/${info.plural}/${info.name}/proxy`;

async function ask(
  call: Call,
  target: ProxyTarget,
  podAccessFor: PodAccessFor,
  prefix: string,
): Promise<IncomingMessage> {
  const uri = encodedPath(posix.join(prefix, call.info.rest ?? ''));
  try {
    const headers = requestHeaders(call.http, uri);
    const { asked, answer } = await beginExchange(call, target, podAccessFor, headers);
    call.http.onClose(() => asked.destroy());
    sendBody(call, asked);
    return (await answer).head;
  } catch (error) {
    throw unreachable(messageOf(error));
  }
}

function sendBody({ http }: Call, asked: ClientRequest): void {
  const body = http.bodyStream();
  if (body) body.pipe(asked);
  else asked.end();
}

async function passedOn(answer: IncomingMessage, method: string, rules: LinkRules): Promise<HttpResponse> {
  const status = answer.statusCode ?? 502;
  const headers = answerHeaders(answer.headers);
  const { location } = answer.headers;
  if (location) headers.location = rewriteLink(location, rules);
  const coding = answer.headers['content-encoding'] ?? '';
  if (location || method === 'HEAD' || !isPage(answer) || !canRewrite(coding))
    return { status, headers, stream: (sink) => pump(answer, sink) };
  delete headers['content-length'];
  const page = await buffer(answer);
  return { status, headers, body: await rewritePage(page, coding, (link) => rewriteLink(link, rules)) };
}

const isPage = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.split(';')[0]?.trim() === 'text/html';

function pump(answer: IncomingMessage, sink: Sink): () => void {
  void (async () => {
    try {
      for await (const bytes of answer) {
        sink.write(bytes);
        await sink.whenDrained();
      }
    } catch {
      return sink.abort?.();
    }
    sink.end();
  })();
  return () => answer.destroy();
}
