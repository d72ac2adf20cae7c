import { hasSubresource, noSuchEndpoint } from '../../registry/endpointRules.ts';
import type { HttpResponse } from '../message.ts';
import { type Call, notAllowed } from './call.ts';
import { remove, removeCollection } from './delete.ts';
import { patch } from './patch.ts';
import { get, list } from './read.ts';
import { watch } from './watch.ts';
import { create, post, update } from './write.ts';

type Verb = (call: Call) => HttpResponse | Promise<HttpResponse>;

const OBJECT_VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['get', get],
  ['list', list],
  ['watch', watch],
  ['create', create],
  ['update', update],
  ['patch', patch],
  ['delete', remove],
  ['deletecollection', removeCollection],
]);

/** They have no name in their path; all others have one. */
const COLLECTION_VERBS = new Set(['list', 'watch', 'create', 'deletecollection']);

const SUBRESOURCE_VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['get', get],
  ['update', update],
  ['patch', patch],
]);

/** Does what the verb says. Throws 405 when the kind or its subresource does not have it, 404 when there is no such subresource. */
export async function answerVerb(verb: string, call: Call): Promise<HttpResponse> {
  const { subresource, name } = call.info;
  if (!subresource) {
    const isMisplaced = COLLECTION_VERBS.has(verb) === (name !== '');
    const answer = isMisplaced ? undefined : OBJECT_VERBS.get(verb);
    if (!answer) throw notAllowed();
    return answer(call);
  }
  if (verb === 'create') return post(call);
  if (!hasSubresource(call.kind.resource, subresource)) throw noSuchEndpoint();
  const answer = SUBRESOURCE_VERBS.get(verb);
  if (!answer) throw notAllowed();
  return answer(call);
}
