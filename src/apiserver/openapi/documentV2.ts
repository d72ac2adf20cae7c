import { STATUS_CODES } from 'node:http';
import { customSchemas } from './customSchemas.ts';
import { reference, v2 } from './dialect.ts';
import { answerTypes, customPatchTypes, patchTypes } from './mediaTypes.ts';
import { definitionsIn, type Operation, type PathItem, pathItemsOf } from './operations.ts';
import type { Parameter } from './parameters.ts';
import { schemasOf } from './schemas.ts';
import type { ServedResource } from './servedResource.ts';
import { watchItemsOf } from './watchPaths.ts';
import { type Json, PATCH } from './wellKnownSchemas.ts';

/** OpenAPI 2.0 of everything: what `kubectl` ≤ 1.26 explains and validates with. */
export function documentV2(served: readonly ServedResource[], release: string): Json {
  const items = served.flatMap((resource) => [...pathItemsOf(resource), ...watchItemsOf(resource)]);
  const definitions = [...served.map(({ definition }) => definition), ...definitionsIn(items)];
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: release },
    paths: Object.fromEntries(items.map((item) => [item.path, pathItem(item)])),
    definitions: schemasOf(definitions, v2, customSchemas(served, v2)),
  };
}

const pathItem = ({ parameters, operations }: PathItem): Json => ({
  ...Object.fromEntries(operations.map((operation) => [operation.method, operationObject(operation)])),
  parameters: parameters.map(parameterObject),
});

function operationObject(operation: Operation): Json {
  const { id, description, tag, action, kind, parameters, body, bodyRequired, answer, codes } = operation;
  const patches = operation.isOfCustomKind ? customPatchTypes : patchTypes;
  return {
    tags: [tag],
    description,
    operationId: id,
    schemes: ['https'],
    consumes: body === PATCH ? patches : ['*/*'],
    produces: answerTypes(action),
    parameters: [...(body ? [bodyParameter(body, bodyRequired)] : []), ...parameters.map(parameterObject)],
    responses: {
      ...Object.fromEntries(codes.map((code) => [code, response(code, answer)])),
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  };
}

const response = (code: number, answer: string | undefined): Json => ({
  description: STATUS_CODES[code],
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
