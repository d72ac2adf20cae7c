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
    const uid = uuid(random);
    const request = { uid, desiredAPIVersion, objects };
    const review = { kind: KIND, apiVersion: reviewVersion, request };
    try {
      const answer = await client.post(clientConfig, review, TIMEOUT_SECONDS);
      const converted = convertedIn(answer, reviewVersion, uid);
      if (converted.length !== objects.length)
        throw new Error(`returned ${converted.length} objects, expected ${objects.length}`);
      return objects.map((object, index) => restored(converted[index]!, object, desiredAPIVersion));
    } catch (error) {
      const [{ apiVersion, kind }] = objects as [KubernetesObject];
      throw internalError(`conversion webhook for ${apiVersion}, Kind=${kind} failed: ${messageOf(error)}`);
    }
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

/** Of the metadata, a webhook may change labels and annotations; an object that is somebody else is refused. */
function restored(
  converted: KubernetesObject,
  original: KubernetesObject,
  apiVersion: string,
): KubernetesObject {
  if (converted.apiVersion !== apiVersion || converted.kind !== original.kind) {
    throw new Error(
      `returned an object of ${converted.apiVersion}, Kind=${converted.kind}, expected ${apiVersion}, Kind=${original.kind}`,
    );
  }
  const { metadata } = original;
  if (nameOf(converted) !== nameOf(original))
    throw new Error(`must have the same name: ${nameOf(converted)} != ${nameOf(original)}`);
  if (uidOf(converted) !== uidOf(original))
    throw new Error(`must have the same UID: ${uidOf(converted)} != ${uidOf(original)}`);
  const { labels: _, annotations: __, ...kept } = metadata;
  const { labels, annotations } = converted.metadata;
  return {
    ...converted,
    metadata: { ...kept, ...(labels && { labels }), ...(annotations && { annotations }) },
  };
}
