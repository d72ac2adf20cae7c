import { badRequest } from '../../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import { definitionOf } from '../../../apimachinery/schema/schema.ts';
import type { Scale } from '../../../generated/types.ts';
import { checkSameName } from '../../registry/update.ts';
import { type ExpectedKind, readObject } from '../bodies.ts';
import { type HttpResponse, header } from '../message.ts';
import { writeOptionsOf } from '../queryOptions.ts';
import { respond } from '../respond.ts';
import { answerObject, representationFor } from './answer.ts';
import { type Call, notAllowed, scopeOf, targetOf, writeContext } from './call.ts';

/** POST to a collection. */
export async function create(call: Call): Promise<HttpResponse> {
  const { http, query, kind, registry, warn, info } = call;
  if (kind.resource.namespaced && !info.namespace) throw notAllowed();
  representationFor(call);
  const options = writeOptionsOf(query, 'CreateOptions', header(http, 'user-agent'));
  const sent = await readObject(http, kindOf(call), options.fieldValidation, warn);
  const stored = await registry.create(scopeOf(call), kind.toStored(sent), writeContext(call, options));
  return answerObject(call, stored, 201);
}

/** PUT of an object or of one of its subresources. */
export async function update(call: Call): Promise<HttpResponse> {
  const { http, query, kind, registry, warn, info } = call;
  const representation = representationFor(call);
  const options = writeOptionsOf(query, 'UpdateOptions', header(http, 'user-agent'));
  const context = writeContext(call, options);
  if (info.subresource === 'scale') {
    const scale = await readObject<Scale>(http, SCALE, options.fieldValidation, warn);
    checkSameName(info, scale);
    return respond(await registry.updateScale(targetOf(call), () => scale, context), representation);
  }
  const sent = await readObject(http, kindOf(call), options.fieldValidation, warn);
  checkNamed(sent, call);
  const endpoint = { ...targetOf(call), subresource: info.subresource };
  const { stored, created } = await registry.update(endpoint, kind.toStored(sent), context);
  return answerObject(call, stored, created ? 201 : 200);
}

/** POST to a subresource: `binding`, `eviction`, `token`. */
export async function post(call: Call): Promise<HttpResponse> {
  const { http, query, registry, warn, info } = call;
  const representation = representationFor(call);
  const options = writeOptionsOf(query, 'CreateOptions', header(http, 'user-agent'));
  const expected = POST_KINDS[`${info.plural}/${info.subresource}`];
  if (!expected) throw notAllowed();
  const body = await readObject(http, expected, options.fieldValidation, warn);
  const answer = await registry.post(targetOf(call), info.subresource, body, writeContext(call, options));
  return respond(answer, representation, 201);
}

function checkNamed(sent: KubernetesObject, { info }: Call): void {
  if (sent.metadata.name) return;
  if (sent.metadata.generateName) {
    throw badRequest(`the name of the object () does not match the name on the URL (${info.name})`);
  }
  sent.metadata = { ...sent.metadata, name: info.name };
}

const kindOf = ({ kind }: Call): ExpectedKind => ({
  group: kind.group,
  version: kind.version,
  kind: kind.resource.kind,
  definition: kind.definition,
});

const expectedKind = (
  group: string,
  version: string,
  kind: string,
  olderVersions: readonly string[] = [],
): ExpectedKind => ({
  group,
  version,
  kind,
  olderVersions,
  get definition() {
    return definitionOf(group, version, kind)!;
  },
});

const SCALE = expectedKind('autoscaling', 'v1', 'Scale');

/** What is posted to the subresources that take posts. */
const POST_KINDS: Readonly<Record<string, ExpectedKind>> = {
  'pods/binding': expectedKind('', 'v1', 'Binding'),
  'pods/eviction': expectedKind('policy', 'v1', 'Eviction', ['v1beta1']),
  'serviceaccounts/token': expectedKind('authentication.k8s.io', 'v1', 'TokenRequest'),
};
