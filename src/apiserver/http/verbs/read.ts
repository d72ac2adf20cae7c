import type { HttpResponse } from '../message.ts';
import { listQueryOf } from '../queryOptions.ts';
import { respond } from '../respond.ts';
import { answerObject, answerPage, representationFor } from './answer.ts';
import { type Call, scopeOf, targetOf } from './call.ts';

/** GET of an object; its subresources `status`, `approval` and the like show all of it. */
export function get(call: Call): HttpResponse {
  const target = targetOf(call);
  if (call.info.subresource === 'scale') {
    return respond(call.registry.getScale(target), { ...representationFor(call), as: 'object' });
  }
  return answerObject(call, call.registry.get(target, call.query.get('resourceVersion') ?? undefined));
}

export const list = (call: Call): HttpResponse =>
  answerPage(call, call.registry.list(scopeOf(call), listQueryOf(call.query)));
