import { apiVersionOf, type KubernetesObject } from '../../../apimachinery/object.ts';
import { isJsonObject } from '../../../apimachinery/patch/jsonValue.ts';
import type { Status } from '../../../generated/types.ts';
import type { AdmissionRequest } from '../admission.ts';
import { requestFields } from '../cel/requestFields.ts';
import type { AdmittedType } from '../matching/admittedType.ts';

const GROUP = 'admission.k8s.io';
const KIND = 'AdmissionReview';

/** The objects of a request as a webhook is shown them. */
export interface ShownObjects {
  readonly object: KubernetesObject | undefined;
  readonly oldObject: KubernetesObject | undefined;
}

/** `admission.k8s.io` `AdmissionReview` with its request: of its two versions the texts are the same. */
export function admissionReview(
  version: string,
  uid: string,
  request: AdmissionRequest,
  type: AdmittedType,
  { object, oldObject }: ShownObjects,
): object {
  return {
    kind: KIND,
    apiVersion: apiVersionOf(GROUP, version),
    request: {
      uid,
      ...requestFields(request, type),
      object: object ?? null,
      oldObject: oldObject ?? null,
    },
  };
}

/** What a webhook has to say. */
export interface Verdict {
  readonly allowed: boolean;
  readonly status: Partial<Status> | undefined;
  /** As text; empty of who changes nothing. */
  readonly patch: string;
  readonly patchType: string;
  readonly warnings: readonly string[];
}

interface Response {
  readonly uid?: string;
  readonly allowed?: boolean;
  readonly status?: Partial<Status>;
  readonly patch?: string;
  readonly patchType?: string;
  readonly warnings?: readonly string[];
}

/** Reads the answer. Throws in upstream's words for what is none (`VerifyAdmissionResponse`). */
export function verdictOf(answer: unknown, version: string, uid: string, mutates: boolean): Verdict {
  const { kind, apiVersion, response } = isJsonObject(answer) ? answer : {};
  if (!isJsonObject(response)) throw new Error('webhook response was absent');
  const told = response as Response;
  // The older version was never so strict.
  if (version === 'v1') {
    if (told.uid !== uid) throw new Error(`expected response.uid="${uid}", got "${told.uid ?? ''}"`);
    const [want, got] = [gvkText(apiVersionOf(GROUP, version), KIND), gvkText(apiVersion, kind)];
    if (want !== got) throw new Error(`expected webhook response of ${want}, got ${got}`);
    checkPatch(told, mutates);
  }
  const { allowed = false, status, patch = '', patchType = '', warnings = [] } = told;
  return {
    allowed,
    status,
    patch: mutates ? Buffer.from(patch, 'base64').toString() : '',
    patchType: patchType || 'JSONPatch',
    warnings,
  };
}

/** As Go prints a `GroupVersionKind`. */
const gvkText = (apiVersion: unknown = '', kind: unknown = ''): string => `${apiVersion}, Kind=${kind}`;

function checkPatch({ patch, patchType }: Response, mutates: boolean): void {
  if (!mutates && patch) throw new Error('validating webhook may not return response.patch');
  if (!mutates && patchType !== undefined)
    throw new Error('validating webhook may not return response.patchType');
  if (patch && patchType === undefined)
    throw new Error('webhook returned response.patch but not response.patchType');
  if (!patch && patchType !== undefined)
    throw new Error('webhook returned response.patchType but not response.patch');
}
