import { definitionNamed } from '../../apimachinery/schema/schema.ts';
import type { User } from '../authentication/user.ts';
import { noSuchEndpoint } from '../registry/endpointRules.ts';
import type { Review } from '../reviews/review.ts';
import { readObject } from './bodies.ts';
import { type HttpRequest, type HttpResponse, header } from './message.ts';
import { negotiatePlain } from './negotiation.ts';
import type { RequestInfo } from './requestInfo.ts';
import { respond } from './respond.ts';
import { notAllowed } from './verbs/call.ts';

/** Answers a question that was posted, such as a SubjectAccessReview. */
export async function answerReview(
  review: Review,
  request: HttpRequest,
  { verb, resource }: RequestInfo,
  user: User,
  warn: (text: string) => void,
): Promise<HttpResponse> {
  if (verb !== 'create' || resource?.name) throw notAllowed();
  const { namespace } = resource!;
  if (review.namespaced !== (namespace !== '')) throw noSuchEndpoint();
  const representation = negotiatePlain(header(request, 'accept'));
  const { group, version, kind } = review;
  const expected = { group, version, kind, definition: definitionNamed(review.definition)! };
  const question = await readObject(request, expected, 'Warn', warn);
  return respond(review.answer(question, user, namespace), representation, 201);
}
