import { type Operation, type PathItem, pathItemsOf } from './operations.ts';
import type { Parameter } from './parameters.ts';
import { reference, schemasOf, v2 } from './schemas.ts';
import type { ServedResource } from './servedResource.ts';
import { type Json, PATCH } from './wellKnownSchemas.ts';

const MEDIA_TYPES = ['application/json', 'application/yaml'];
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

/** OpenAPI 2.0 of everything: what `kubectl` ≤ 1.26 explains and validates with. */
export function documentV2(served: readonly ServedResource[], release: string): Json {
  const items = served.flatMap(pathItemsOf);
  const definitions = new Set(served.map(({ definition }) => definition));
  for (const { body, answer } of items.flatMap((item) => item.operations)) {
    for (const name of [body, answer]) if (name) definitions.add(name);
  }
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: release },
    paths: Object.fromEntries(items.map((item) => [item.path, pathItem(item)])),
    definitions: schemasOf(definitions, v2),
  };
}

const pathItem = ({ parameters, operations }: PathItem): Json => ({
  ...Object.fromEntries(operations.map((operation) => [operation.method, operationObject(operation)])),
  parameters: parameters.map(parameterObject),
});

function operationObject(operation: Operation): Json {
  const { id, description, tag, action, kind, parameters, body, bodyRequired, answer, codes } = operation;
  return {
    tags: [tag],
    description,
    operationId: id,
    schemes: ['https'],
    consumes: body === PATCH ? PATCH_TYPES : ['*/*'],
    produces: action === 'list' ? [...MEDIA_TYPES, 'application/json;stream=watch'] : MEDIA_TYPES,
    parameters: [...(body ? [bodyParameter(body, bodyRequired)] : []), ...parameters.map(parameterObject)],
    responses: {
      ...Object.fromEntries(codes.map((code) => [code, response(code, answer)])),
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  };
}

const DESCRIPTIONS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' };

const response = (code: number, answer: string | undefined): Json => ({
  description: DESCRIPTIONS[code],
  schema: answer ? reference(answer, v2) : { type: 'string' },
});

const bodyParameter = (definition: string, required: boolean): Json => ({
  name: 'body',
  in: 'body',
  ...(required && { required }),
  schema: reference(definition, v2),
});

const parameterObject = ({ name, in: place, type, description }: Parameter): Json => ({
  name,
  in: place,
  type,
  description,
  ...(place === 'path' && { required: true }),
  uniqueItems: true,
});
