import { internalError, messageOf } from '../../apimachinery/errors.ts';
import { apiVersionOf, type KubernetesObject, nameOf, uidOf } from '../../apimachinery/object.ts';
import { isJsonObject } from '../../apimachinery/patch/jsonValue.ts';
import { type Random, uuid } from '../../clock/random.ts';
import type { CustomResourceDefinition, Status } from '../../generated/types.ts';
import type { ConvertObjects } from '../../resources/customresource/conversion.ts';
import { CONVERSION_REVIEW_VERSIONS } from '../../resources/customresourcedefinition/conversionValidation.ts';
import type { WebhookClient } from '../webhooks/webhookClient.ts';

const GROUP = 'apiextensions.k8s.io';
const KIND = 'ConversionReview';
/** Upstream's client has no limit of its own, but its requests do. */
const TIMEOUT_SECONDS = 30;

/** What converts the objects of a kind by its webhook (`ConversionReview`); undefined where none is needed. */
export function conversionWebhook(
  { spec: { conversion } }: CustomResourceDefinition,
  client: WebhookClient,
  random: Random,
): ConvertObjects | undefined {
  const { clientConfig, conversionReviewVersions = [] } = conversion?.webhook ?? {};
  if (conversion?.strategy !== 'Webhook' || !clientConfig) return undefined;
  const version = conversionReviewVersions.find((each) => CONVERSION_REVIEW_VERSIONS.includes(each)) ?? 'v1';
  const reviewVersion = apiVersionOf(GROUP, version);
  return async (objects, desiredAPIVersion) => {
    const [{ apiVersion, kind }] = objects as [KubernetesObject];
    const from = `${apiVersion}, Kind=${kind}`;
    const uid = uuid(random);
    const request = { uid, desiredAPIVersion, objects };
    const review = { kind: KIND, apiVersion: reviewVersion, request };
    const converted = await client
      .post(clientConfig, review, TIMEOUT_SECONDS)
      .then((answer) => convertedIn(answer, reviewVersion, uid))
      .catch((error: unknown) => {
        throw internalError(`conversion webhook for ${from} failed: ${messageOf(error)}`);
      });
    if (converted.length !== objects.length) {
      const counts = `returned ${converted.length} objects, expected ${objects.length}`;
      throw internalError(`conversion for ${from} ${counts}`);
    }
    return objects.map((object, index) => {
      const next = converted[index]!;
      const problem = invalidConversion(object, next, desiredAPIVersion);
      if (problem === undefined) return restored(object, next);
      // Upstream counts from one here.
      const which = `invalid converted object at index ${index + 1}`;
      throw internalError(`conversion for ${from} returned ${which}: ${problem}`);
    });
  };
}

interface Response {
  readonly uid?: string;
  readonly result?: Partial<Status>;
  readonly convertedObjects?: readonly KubernetesObject[];
}

/** Throws in upstream's words for what is no answer (`getConvertedObjectsFromResponse`). */
function convertedIn(answer: unknown, reviewVersion: string, uid: string): readonly KubernetesObject[] {
  const { kind = '', apiVersion = '', response } = isJsonObject(answer) ? answer : {};
  const isStrict = reviewVersion === `${GROUP}/v1`;
  if (isStrict && (kind !== KIND || apiVersion !== reviewVersion)) {
    throw new Error(
      `expected webhook response of ${reviewVersion}, Kind=${KIND}, got ${apiVersion}, Kind=${kind}`,
    );
  }
  if (!isJsonObject(response)) throw new Error('no response provided');
  const { uid: told = '', result = {}, convertedObjects = [] } = response as Response;
  if (isStrict && told !== uid) throw new Error(`expected response.uid="${uid}", got "${told}"`);
  if (result.status === 'Success') return convertedObjects;
  throw new Error(result.message || `response.result.status was '${result.status ?? ''}', not 'Success'`);
}

/** What makes a converted object another one than it was (`validateConvertedObject`). */
function invalidConversion(
  original: KubernetesObject,
  converted: KubernetesObject,
  apiVersion: string,
): string | undefined {
  if (converted.apiVersion !== apiVersion)
    return `invalid groupVersion (expected ${apiVersion}, received ${converted.apiVersion})`;
  if (converted.kind !== original.kind)
    return `invalid kind (expected ${original.kind}, received ${converted.kind})`;
  const [name, nextName] = [nameOf(original), nameOf(converted)];
  if (name !== nextName) return `must have the same name: ${nextName} != ${name}`;
  const [uid, nextUid] = [uidOf(original), uidOf(converted)];
  return uid === nextUid ? undefined : `must have the same UID: ${nextUid} != ${uid}`;
}

/** Of the metadata, a webhook may change labels and annotations alone. */
function restored(original: KubernetesObject, converted: KubernetesObject): KubernetesObject {
  const { labels: _, annotations: __, ...kept } = original.metadata;
  const { labels, annotations } = converted.metadata;
  return {
    ...converted,
    metadata: { ...kept, ...(labels && { labels }), ...(annotations && { annotations }) },
  };
}
