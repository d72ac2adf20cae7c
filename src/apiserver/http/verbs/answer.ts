import { badRequest, notAcceptable } from '../../../apimachinery/errors.ts';
import type { Stored } from '../../../store/store.ts';
import { preparedFor } from '../../registry/customVersions.ts';
import type { Page } from '../../registry/list.ts';
import type { HttpResponse } from '../message.ts';
import { header } from '../message.ts';
import { negotiate, type Representation } from '../negotiation.ts';
import { respond, respondJson } from '../respond.ts';
import { includeObjectOf, type ListMeta, partialMetadata, type TableOptions, tableOf } from '../table.ts';
import type { Call } from './call.ts';

export const representationFor = ({ http }: Call): Representation => negotiate(header(http, 'accept'));

/** Answers with one object, in the form that the client wants. */
export function answerObject(call: Call, stored: Stored, status = 200): HttpResponse | Promise<HttpResponse> {
  const preparation = preparedFor(call.kind.resource, [stored.object]);
  return preparation
    ? preparation.then(() => objectAnswer(call, stored, status))
    : objectAnswer(call, stored, status);
}

function objectAnswer(call: Call, stored: Stored, status: number): HttpResponse {
  const representation = representationFor(call);
  const { object } = stored;
  const { resourceVersion } = object.metadata;
  switch (representation.as) {
    case 'object':
      return respondJson(call.kind.jsonOf(stored), representation, status);
    case 'Table': {
      const table = tableOf(
        call.kind.resource,
        [object],
        { resourceVersion: resourceVersion! },
        tableOptionsOf(call),
      );
      return respond(table, representation, status);
    }
    case 'PartialObjectMetadata':
      return respond(partialMetadata(object), representation, status);
    case 'PartialObjectMetadataList':
      throw notAcceptable(
        'you requested PartialObjectMetadataList, but the requested object is not a list (*metav1.List)',
      );
  }
}

/** Answers with a page of a collection. The texts of its objects are put together, not made anew. */
export function answerPage(call: Call, page: Page): HttpResponse | Promise<HttpResponse> {
  const { resource } = call.kind;
  if (!resource.custom?.conversion) return pageAnswer(call, page);
  const objects = page.items.map(({ object }) => object);
  const preparation = preparedFor(resource, objects);
  return preparation ? preparation.then(() => pageAnswer(call, page)) : pageAnswer(call, page);
}

function pageAnswer(call: Call, { items, revision, ...page }: Page): HttpResponse {
  const representation = representationFor(call);
  const metadata: ListMeta = {
    resourceVersion: String(revision),
    ...(page.continue && { continue: page.continue }),
    ...(page.remaining && { remainingItemCount: page.remaining }),
  };
  const { kind } = call;
  switch (representation.as) {
    case 'object':
      return respondJson(listJson(call, metadata, items), representation);
    case 'Table': {
      const objects = items.map(({ object }) => object);
      return respond(tableOf(kind.resource, objects, metadata, tableOptionsOf(call)), representation);
    }
    case 'PartialObjectMetadata':
    case 'PartialObjectMetadataList':
      return respond(
        {
          kind: 'PartialObjectMetadataList',
          apiVersion: 'meta.k8s.io/v1',
          metadata,
          items: items.map(({ object }) => partialMetadata(object)),
        },
        representation,
      );
  }
}

function listJson({ kind }: Call, metadata: ListMeta, items: readonly Stored[]): string {
  const listKind = kind.resource.custom?.listKind ?? `${kind.resource.kind}List`;
  const head = JSON.stringify({ kind: listKind, apiVersion: kind.apiVersion, metadata });
  return `${head.slice(0, -1)},"items":[${items.map((stored) => kind.jsonOf(stored)).join(',')}]}`;
}

/** Throws 400 when the client wants something else in its rows. */
export function tableOptionsOf({ registry, kind, query }: Call): TableOptions {
  const includeObject = includeObjectOf(query.get('includeObject'));
  if (!includeObject)
    throw badRequest(`unrecognized includeObject value: ${JSON.stringify(query.get('includeObject'))}`);
  return { includeObject, now: registry.parts.clock.now(), show: (object) => kind.fromStored(object) };
}
