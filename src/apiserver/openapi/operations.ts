import { definitionNamed, definitionOf, type GroupVersionKind } from '../../apimachinery/schema/schema.ts';
import { groupName, pascal, tagOf } from './operationNames.ts';
import { actionParameters, connectParameters, type Parameter, pathParameters } from './parameters.ts';
import { groupVersionPath, type ServedResource, type ServedSubresource } from './servedResource.ts';
import { type HttpMethod, openApiVerbs } from './verbs.ts';
import { PATCH } from './wellKnownSchemas.ts';

const STATUS = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';
const DELETE_OPTIONS = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

/** What can be done at a path, before a version of OpenAPI puts it in its own words. */
export interface PathItem {
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly operations: readonly Operation[];
}

export interface Operation {
  readonly method: HttpMethod;
  readonly id: string;
  readonly description: string;
  readonly tag: string;
  /** `x-kubernetes-action` */
  readonly action: string;
  readonly kind: GroupVersionKind;
  readonly parameters: readonly Parameter[];
  /** The definition of the body, if there is one. */
  readonly body?: string;
  readonly bodyRequired: boolean;
  readonly isOfCustomKind?: true;
  /** The definition of the answer; a plain string where there is none. */
  readonly answer?: string;
  readonly codes: readonly number[];
}

/** The definitions that these operations take and give. */
export const definitionsIn = (items: readonly PathItem[]): string[] =>
  items
    .flatMap(({ operations }) => operations)
    .flatMap(({ body, answer }) => [body, answer])
    .filter((name) => name !== undefined);

/** Every path of a resource, its subresources included. */
export function pathItemsOf(resource: ServedResource): PathItem[] {
  const base = groupVersionPath(resource.group, resource.version);
  const scope = resource.namespaced ? '/namespaces/{namespace}' : '';
  const collection = `${base}${scope}/${resource.plural}`;
  const scoped = scopeOf(resource);
  const items = [
    ...(resource.namespaced
      ? [pathItem(resource, `${base}/${resource.plural}`, ['list'], '', 'ForAllNamespaces')]
      : []),
    pathItem(resource, collection, ['list', 'create', 'deletecollection'], scoped),
    pathItem(resource, `${collection}/{name}`, ['get', 'update', 'patch', 'delete'], scoped),
    ...resource.subresources.flatMap((sub) =>
      subresourceItems(resource, sub, `${collection}/{name}/${sub.name}`),
    ),
  ];
  return items.filter((item) => item.operations.length > 0);
}

const scopeOf = ({ namespaced }: ServedResource) => (namespaced ? 'Namespaced' : '');

function pathItem(
  resource: ServedResource,
  path: string,
  verbs: string[],
  scope: string,
  suffix = '',
): PathItem {
  const { group, version, kind } = resource;
  const operations = verbs
    .filter((verb) => resource.verbs.includes(verb))
    .map((verb) => {
      const subject = `${verb === 'deletecollection' ? 'Collection' : ''}${scope}${kind}${suffix}`;
      return operation(resource, verb, { group, version, kind }, subject, resource.definition);
    });
  return { path, parameters: itemParameters(path, kind), operations };
}

const itemParameters = (path: string, kind: string) =>
  pathParameters(kind, {
    namespaced: path.includes('/{namespace}/'),
    named: path.includes('/{name}'),
    proxied: path.endsWith('/{path}'),
  });

function operation(
  resource: ServedResource,
  verb: string,
  kind: GroupVersionKind,
  subject: string,
  definition: string | undefined,
): Operation {
  const { action, method, prefix, description, codes } = openApiVerbs[verb]!;
  const isDeletion = verb === 'delete' || verb === 'deletecollection';
  const body = isDeletion
    ? DELETE_OPTIONS
    : verb === 'patch'
      ? PATCH
      : method === 'get'
        ? undefined
        : definition;
  return {
    method,
    id: `${prefix}${groupName(resource.group)}${pascal(resource.version)}${subject}`,
    description: description(kind.kind),
    tag: tagOf(resource),
    action,
    kind,
    parameters: actionParameters[action] ?? [],
    ...(body && { body }),
    bodyRequired: body !== undefined && !isDeletion,
    ...(resource.custom && { isOfCustomKind: true }),
    ...answerOf(verb, definition, resource.custom !== undefined),
    codes,
  };
}

function answerOf(verb: string, definition: string | undefined, isCustom: boolean) {
  if (verb === 'delete' || verb === 'deletecollection') return { answer: STATUS };
  const list = `${definition}List`;
  const answer = verb === 'list' && (isCustom || definitionNamed(list)) ? list : definition;
  return answer ? { answer } : {};
}

/** Where kinds of subresources live that are not of the resource's own group. */
const FOREIGN_KINDS: Readonly<Record<string, { group: string; version: string }>> = {
  Eviction: { group: 'policy', version: 'v1' },
  Scale: { group: 'autoscaling', version: 'v1' },
  TokenRequest: { group: 'authentication.k8s.io', version: 'v1' },
};

/** Behind a proxy there are paths of any kind. */
const subresourceItems = (resource: ServedResource, subresource: ServedSubresource, path: string) => [
  subresourceItem(resource, subresource, path),
  ...(subresource.name === 'proxy'
    ? [subresourceItem(resource, subresource, `${path}/{path}`, 'WithPath')]
    : []),
];

function subresourceItem(
  resource: ServedResource,
  subresource: ServedSubresource,
  path: string,
  suffix = '',
): PathItem {
  const { group, version } = FOREIGN_KINDS[subresource.kind] ?? resource;
  const kind = { group, version, kind: subresource.kind };
  const definition =
    subresource.name === 'log' ? undefined : definitionOfSubresource(resource, subresource, kind);
  const subject = `${scopeOf(resource)}${resource.kind}${pascal(subresource.name)}${suffix}`;
  const operations =
    definition || subresource.name === 'log'
      ? subresource.verbs
          .filter((verb) => openApiVerbs[verb])
          .map((verb) => operation(resource, verb, kind, subject, definition))
      : connectionMethods(subresource).map((method) => connection(resource, kind, method, subject));
  const parameters = [
    ...itemParameters(path, subresource.kind),
    ...(connectParameters[subresource.name] ?? []),
  ];
  return { path, parameters, operations };
}

const definitionOfSubresource = (
  { custom, definition }: ServedResource,
  { name }: ServedSubresource,
  { group, version, kind }: GroupVersionKind,
): string | undefined =>
  custom && name === 'status' ? definition : definitionOf(group, version, kind)?.name;

const connectionMethods = ({ verbs }: ServedSubresource): HttpMethod[] =>
  verbs.flatMap((verb) => openApiVerbs[verb]?.method ?? []);

/** A stream, such as `exec`, or a proxy: `connectCoreV1GetNamespacedPodExec`. */
function connection(
  resource: ServedResource,
  kind: GroupVersionKind,
  method: HttpMethod,
  subject: string,
): Operation {
  return {
    method,
    id: `connect${groupName(resource.group)}${pascal(resource.version)}${pascal(method)}${subject}`,
    description: `connect ${method.toUpperCase()} requests to ${subject.replace(/^Namespaced|WithPath$/g, '')}`,
    tag: tagOf(resource),
    action: 'connect',
    kind,
    parameters: [],
    bodyRequired: false,
    codes: [200],
  };
}
