import { messageOf } from '../../../apimachinery/errors.ts';
import { type Random, uuid } from '../../../clock/random.ts';
import { REVIEW_VERSIONS, type Webhook } from '../../../resources/admissionregistration/webhookValidation.ts';
import type { WebhookClient } from '../../webhooks/webhookClient.ts';
import type { AdmissionRequest } from '../admission.ts';
import type { AdmittedType } from '../matching/admittedType.ts';
import { admissionReview, type ShownObjects, type Verdict, verdictOf } from './review.ts';
import { CallFailedError, denied, dryRunUnsupported } from './webhookErrors.ts';

/** A webhook that is asked about a request, in the version of the API in which it wants that. */
export interface Invocation {
  readonly id: string;
  readonly webhook: Webhook;
  readonly type: AdmittedType;
}

const DEFAULT_TIMEOUT_SECONDS = 10;
const HARMLESS: ReadonlySet<string> = new Set(['None', 'NoneOnDryRun']);

/** Asks one webhook about a request. */
export class WebhookCaller {
  readonly #client: WebhookClient;
  readonly #random: Random;

  constructor(client: WebhookClient, random: Random) {
    this.#client = client;
    this.#random = random;
  }

  /**
   * Resolves to the verdict of a webhook that lets the request in; undefined where it could not be asked and that does not matter. Rejects
   * with what the client is to be told.
   */
  async ask(
    { webhook, type }: Invocation,
    request: AdmissionRequest,
    shown: ShownObjects,
    mutates: boolean,
  ): Promise<Verdict | undefined> {
    if (request.dryRun && !HARMLESS.has(webhook.sideEffects)) throw dryRunUnsupported(webhook.name);
    try {
      const verdict = await this.#verdict(webhook, type, request, shown, mutates);
      for (const warning of verdict.warnings) request.warn?.(warning);
      if (!verdict.allowed) throw denied(webhook.name, verdict.status);
      if (verdict.patch && verdict.patchType !== 'JSONPatch') {
        const type = JSON.stringify(verdict.patchType);
        throw new CallFailedError(webhook.name, `unsupported patch type ${type}`);
      }
      return verdict;
    } catch (error) {
      if (!(error instanceof CallFailedError)) throw error;
      if (webhook.failurePolicy === 'Ignore') return undefined;
      throw error.toStatusError();
    }
  }

  async #verdict(
    { name, admissionReviewVersions, clientConfig, timeoutSeconds }: Webhook,
    type: AdmittedType,
    request: AdmissionRequest,
    shown: ShownObjects,
    mutates: boolean,
  ): Promise<Verdict> {
    const uid = uuid(this.#random);
    const version = admissionReviewVersions.find((each) => REVIEW_VERSIONS.includes(each)) ?? 'v1';
    const review = admissionReview(version, uid, request, type, shown);
    const answer = await this.#client
      .post(clientConfig, review, timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS)
      .catch((error: unknown) => {
        throw new CallFailedError(name, `failed to call webhook: ${messageOf(error)}`);
      });
    try {
      return verdictOf(answer, version, uid, mutates);
    } catch (error) {
      throw new CallFailedError(name, `received invalid webhook response: ${messageOf(error)}`);
    }
  }
}
