import { badRequest, invalid, unsupportedMediaType } from '../../../apimachinery/errors.ts';
import { invalidValue } from '../../../apimachinery/fieldErrors.ts';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import { applyJsonPatch } from '../../../apimachinery/patch/json.ts';
import { applyMergePatch } from '../../../apimachinery/patch/merge.ts';
import {
  decodeFields,
  type FieldValidation,
  strictDecodingError,
} from '../../../apimachinery/schema/decode.ts';
import { parseBody } from '../../../apimachinery/schema/parseBody.ts';
import { type Definition, definitionOf } from '../../../apimachinery/schema/schema.ts';
import type { Patch } from '../../../client/client.ts';
import type { Scale } from '../../../generated/types.ts';
import { MAX_BODY_BYTES } from '../bodies.ts';
import { type HttpResponse, header } from '../message.ts';
import { writeOptionsOf } from '../queryOptions.ts';
import { respond } from '../respond.ts';
import { answerObject, representationFor } from './answer.ts';
import { type Call, targetOf, writeContext } from './call.ts';

const PATCH_TYPES: Readonly<Record<string, Patch['type']>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** PATCH of an object or of one of its subresources, in any of the four ways. */
export async function patch(call: Call): Promise<HttpResponse> {
  const { http, query, kind, registry, info } = call;
  const representation = representationFor(call);
  const type = patchTypeOf(header(http, 'content-type'));
  const options = writeOptionsOf(query, 'PatchOptions', header(http, 'user-agent'), type === 'apply');
  const body = await readPatch(call, type);
  const context = writeContext(call, options);
  if (info.subresource === 'scale') {
    const scale = await registry.updateScale(targetOf(call), (now) => patchedScale(now, type, body), context);
    return respond(scale, representation);
  }
  const { definition } = kind;
  const { fieldManager: manager, force, fieldValidation } = options;
  const request = {
    type,
    body,
    definition,
    manager,
    force,
    decode: (document: unknown) => kind.toStored(decoded(call, definition, document, fieldValidation)),
    fromStored: (object: KubernetesObject) => kind.fromStored(object),
  };
  const endpoint = { ...targetOf(call), subresource: info.subresource };
  const { stored, created } = await registry.patch(endpoint, request, context);
  return answerObject(call, stored, created ? 201 : 200);
}

function patchTypeOf(contentType = ''): Patch['type'] {
  const mediaType = contentType.split(';', 1)[0]!.trim().toLowerCase();
  if (Object.hasOwn(PATCH_TYPES, mediaType)) return PATCH_TYPES[mediaType]!;
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${Object.keys(PATCH_TYPES).join(', ')}`,
  );
}

async function readPatch({ http, kind }: Call, type: Patch['type']): Promise<unknown> {
  const bytes = await http.body(MAX_BODY_BYTES);
  const contentType = type === 'apply' ? 'application/yaml' : 'application/json';
  const { value } = parseBody(bytes, contentType, kind.resource.kind);
  if (type === 'apply') checkApplied(value, kind.apiVersion, kind.resource.kind);
  return value;
}

/** A configuration says what it is of. */
function checkApplied(value: unknown, apiVersion: string, kind: string): void {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Partial<KubernetesObject>;
  if (given.apiVersion !== apiVersion || given.kind !== kind) {
    throw badRequest(
      `the apply configuration is of apiVersion ${JSON.stringify(given.apiVersion ?? '')} and kind ${JSON.stringify(given.kind ?? '')}, expected ${JSON.stringify(apiVersion)} and ${JSON.stringify(kind)}`,
    );
  }
  if (typeof given.metadata !== 'object' || given.metadata === null) {
    throw badRequest('the apply configuration has no metadata');
  }
}

/** The typed object that a patch led to. */
function decoded(
  { warn }: Pick<Call, 'warn'>,
  definition: Definition,
  document: unknown,
  fieldValidation: FieldValidation,
): KubernetesObject {
  const { object, problem, unknownFields } = decodeFields<KubernetesObject>(definition, document);
  if (problem !== undefined) throw patchProblem(document, problem);
  if (fieldValidation === 'Strict' && unknownFields.length > 0) {
    throw patchProblem(document, strictDecodingError(unknownFields));
  }
  if (fieldValidation === 'Warn') for (const text of unknownFields) warn(text);
  return object.metadata ? object : { ...object, metadata: {} };
}

const patchProblem = (document: unknown, why: string) =>
  invalid({ group: '', kind: '' }, '', [invalidValue('patch', JSON.stringify(document), why)]);

function patchedScale(scale: Scale, type: Patch['type'], body: unknown): Scale {
  const patched = type === 'json' ? applyJsonPatch(scale, body) : applyMergePatch(scale, body);
  const definition = definitionOf('autoscaling', 'v1', 'Scale')!;
  return decoded({ warn: () => {} }, definition, patched, 'Ignore') as Scale;
}
