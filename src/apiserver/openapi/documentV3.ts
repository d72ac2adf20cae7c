import { STATUS_CODES } from 'node:http';
import { customSchemas } from './customSchemas.ts';
import { reference, v3 } from './dialect.ts';
import { answerTypes, customPatchTypes, mediaTypes, patchTypes } from './mediaTypes.ts';
import { groupName, pascal, tagOf } from './operationNames.ts';
import { definitionsIn, type Operation, type PathItem, pathItemsOf } from './operations.ts';
import type { Parameter } from './parameters.ts';
import { schemasOf } from './schemas.ts';
import { groupVersionPath, type ServedResource } from './servedResource.ts';
import { watchItemsOf } from './watchPaths.ts';
import { type Json, PATCH } from './wellKnownSchemas.ts';

const RESOURCE_LIST = 'io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList';

/** OpenAPI 3.0 of one group and version: what `kubectl` ≥ 1.27 explains and validates with. */
export function documentV3(
  served: readonly ServedResource[],
  group: string,
  version: string,
  release: string,
): Json {
  const items = served.flatMap((resource) => [...pathItemsOf(resource), ...watchItemsOf(resource)]);
  const definitions = [RESOURCE_LIST, ...served.map(({ definition }) => definition), ...definitionsIn(items)];
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: release },
    paths: Object.fromEntries([
      [`${groupVersionPath(group, version)}/`, resourceListItem(group, version)],
      ...items.map((item) => [item.path, pathItem(item)]),
    ]),
    components: { schemas: schemasOf(definitions, v3, customSchemas(served, v3)) },
  };
}

const resourceListItem = (group: string, version: string): Json => ({
  get: {
    tags: [tagOf({ group, version })],
    description: 'get available resources',
    operationId: `get${groupName(group)}${pascal(version)}APIResources`,
    responses: { 200: { description: 'OK', content: contents(mediaTypes, RESOURCE_LIST) } },
  },
});

const pathItem = ({ parameters, operations }: PathItem): Json => ({
  ...Object.fromEntries(operations.map((operation) => [operation.method, operationObject(operation)])),
  parameters: parameters.map(parameterObject),
});

function operationObject(operation: Operation): Json {
  const { id, description, tag, action, kind, parameters, body, bodyRequired, answer, codes } = operation;
  const patches = operation.isOfCustomKind ? customPatchTypes : patchTypes;
  const bodyTypes = body === PATCH ? patches : ['*/*'];
  return {
    tags: [tag],
    description,
    operationId: id,
    parameters: parameters.map(parameterObject),
    ...(body && {
      requestBody: { content: contents(bodyTypes, body), ...(bodyRequired && { required: true }) },
    }),
    responses: {
      ...Object.fromEntries(codes.map((code) => [code, response(code, action, answer)])),
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  };
}

function response(code: number, action: string, answer: string | undefined): Json {
  const content = answer ? contents(answerTypes(action), answer) : { '*/*': { schema: { type: 'string' } } };
  return { description: STATUS_CODES[code], content };
}

const contents = (types: readonly string[], definition: string): Json =>
  Object.fromEntries(types.map((type) => [type, { schema: reference(definition, v3) }]));

const parameterObject = ({ name, in: place, type, description }: Parameter): Json => ({
  name,
  in: place,
  description,
  ...(place === 'path' && { required: true }),
  schema: { type, uniqueItems: true },
});
