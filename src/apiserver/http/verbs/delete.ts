import { nameOf, uidOf } from '../../../apimachinery/object.ts';
import { decodeObject } from '../../../apimachinery/schema/decode.ts';
import { definitionOf } from '../../../apimachinery/schema/schema.ts';
import type { DeleteOptions, Status } from '../../../generated/types.ts';
import type { Stored } from '../../../store/store.ts';
import { MAX_BODY_BYTES, parse } from '../bodies.ts';
import { type HttpResponse, header } from '../message.ts';
import { deleteOptionsOf, listQueryOf } from '../queryOptions.ts';
import { respond } from '../respond.ts';
import { answerObject, answerPage, representationFor } from './answer.ts';
import { type Call, notAllowed, scopeOf, targetOf } from './call.ts';

/** Kinds whose deletion answers with the object that is gone; others answer with a `Status` (upstream's ReturnDeletedObject). */
const ANSWERS_WITH_OBJECT = new Set(['Pod', 'PodTemplate', 'ResourceQuota', 'Service', 'ServiceAccount']);

/** DELETE of an object. */
export async function remove(call: Call): Promise<HttpResponse> {
  representationFor(call);
  const options = await readDeleteOptions(call);
  const { user, warn, kind: asked } = call;
  const context = { user, asked, warn, dryRun: Boolean(options.dryRun?.length) };
  const { stored, isGone } = await call.registry.delete(targetOf(call), options, context);
  if (!isGone || ANSWERS_WITH_OBJECT.has(call.kind.resource.kind)) return answerObject(call, stored);
  return respond(deletedStatus(call, stored), { ...representationFor(call), as: 'object' });
}

/** DELETE of a collection. */
export async function removeCollection(call: Call): Promise<HttpResponse> {
  const { kind, info, user, query, warn } = call;
  if (kind.resource.kind === 'Namespace' || (kind.resource.namespaced && !info.namespace)) throw notAllowed();
  representationFor(call);
  const options = await readDeleteOptions(call);
  const context = { user, asked: kind, warn, dryRun: Boolean(options.dryRun?.length) };
  return answerPage(
    call,
    await call.registry.deleteCollection(scopeOf(call), listQueryOf(query), options, context),
  );
}

/** From the body if there is one, else from the query. */
async function readDeleteOptions({ http, query, warn }: Call): Promise<DeleteOptions> {
  const bytes = await http.body(MAX_BODY_BYTES);
  if (bytes.length === 0) return deleteOptionsOf(query);
  const definition = definitionOf('', 'v1', 'DeleteOptions')!;
  const { value } = parse(bytes, header(http, 'content-type') ?? '', 'DeleteOptions', definition);
  const { object, warnings } = decodeObject<DeleteOptions>(definition, value, { fieldValidation: 'Warn' });
  for (const text of warnings) warn(text);
  return object;
}

function deletedStatus({ kind: { group, resource } }: Call, { object }: Stored): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: nameOf(object),
      ...(group && { group }),
      kind: resource.plural,
      uid: uidOf(object),
    },
  };
}
