import type { HttpResponse } from '../message.ts';
import { listQueryOf } from '../queryOptions.ts';
import { respond } from '../respond.ts';
import { answerObject, answerPage, representationFor } from './answer.ts';
import { type Call, scopeOf, targetOf } from './call.ts';

/** GET of an object; its subresources `status`, `approval` and the like show all of it. */
export function get(call: Call): HttpResponse | Promise<HttpResponse> {
  if (call.info.subresource === 'scale') return getScale(call);
  const resourceVersion = call.query.get('resourceVersion') ?? undefined;
  return answerObject(call, call.registry.get(targetOf(call), resourceVersion));
}

async function getScale(call: Call): Promise<HttpResponse> {
  const scale = await call.registry.getScale(targetOf(call));
  return respond(scale, { ...representationFor(call), as: 'object' });
}

export const list = (call: Call): HttpResponse | Promise<HttpResponse> =>
  answerPage(call, call.registry.list(scopeOf(call), listQueryOf(call.query)));
