import { nameOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import { type Clock, type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../generated/types.ts';
import { CertificateSigningRequests } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { problemOfNode, type RequestedSubject } from './nodeSubject.ts';
import { type Action, KUBELET_CLIENT, KUBELET_SERVING, planSigningRequest } from './plan.ts';

/** Signs a request (PEM) for so long at most; resolves to a certificate (PEM). */
export interface Signer {
  sign(
    requestPem: string,
    options: { usage: 'client auth' | 'server auth'; lifeMs: number | undefined },
  ): Promise<string>;
  /** The name that the request asks for. */
  subjectOf(requestPem: string): Promise<RequestedSubject>;
}

/** Answers certificate signing requests, so that nodes can join. */
export class CertificateController implements Controller<CertificateSigningRequest, Action> {
  readonly name = 'certificates';
  readonly #requests: Informer<CertificateSigningRequest>;
  readonly #clock: Clock;
  readonly #signer: Signer;

  constructor(context: ControllerContext, signer: Signer) {
    this.#requests = context.informers.of(CertificateSigningRequests);
    this.#clock = context.clock;
    this.#signer = signer;
  }

  watch(enqueue: (key: string) => void): void {
    this.#requests.onChange(({ after }) => after && enqueue(nameOf(after)));
  }

  observe(key: string): CertificateSigningRequest | undefined {
    return this.#requests.get(key);
  }

  plan(request: CertificateSigningRequest, now: EpochMs) {
    return planSigningRequest(request, now);
  }

  async execute(request: CertificateSigningRequest, action: Action, client: Client): Promise<void> {
    switch (action.kind) {
      case 'approve':
        return this.#answer(client, request, 'approval', {
          type: 'Approved',
          reason: 'AutoApproved',
          message: action.message,
        });
      case 'sign':
        return this.#sign(client, request);
      case 'delete':
        await ignoreStatusError(client.delete(CertificateSigningRequests, refOf(request)), 'NotFound');
    }
  }

  /** A node may ask for its own name only: a bootstrapper must not become an administrator. */
  async #sign(client: Client, request: CertificateSigningRequest): Promise<void> {
    const pem = Buffer.from(request.spec.request, 'base64').toString('utf8');
    const problem = await this.#problemOf(request, pem);
    if (problem)
      return this.#answer(client, request, 'status', {
        type: 'Failed',
        reason: 'SignerValidationFailure',
        message: problem,
      });
    const seconds = request.spec.expirationSeconds;
    const certificate = await this.#signer.sign(pem, {
      usage: request.spec.signerName === KUBELET_SERVING ? 'server auth' : 'client auth',
      lifeMs: seconds === undefined ? undefined : seconds * 1000,
    });
    const status = { ...request.status, certificate: Buffer.from(certificate).toString('base64') };
    await client.update(CertificateSigningRequests, { ...request, status }, { subresource: 'status' });
  }

  async #problemOf({ spec }: CertificateSigningRequest, pem: string): Promise<string | undefined> {
    if (spec.signerName !== KUBELET_CLIENT && spec.signerName !== KUBELET_SERVING) return undefined;
    return problemOfNode(spec, await this.#signer.subjectOf(pem));
  }

  async #answer(
    client: Client,
    request: CertificateSigningRequest,
    subresource: 'approval' | 'status',
    answer: Pick<CertificateSigningRequestCondition, 'type' | 'reason' | 'message'>,
  ): Promise<void> {
    const time = timestamp(this.#clock.now());
    const condition = { ...answer, status: 'True', lastUpdateTime: time, lastTransitionTime: time };
    const conditions = [...(request.status?.conditions ?? []), condition];
    await client.update(
      CertificateSigningRequests,
      { ...request, status: { ...request.status, conditions } },
      { subresource },
    );
  }
}
