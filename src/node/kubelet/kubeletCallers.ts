import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { StatusError, unauthorized } from '../../apimachinery/errors.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import { peerOf } from '../../apiserver/http/server/peerOf.ts';
import type { Client } from '../../client/client.ts';
import type { SubjectAccessReview, TokenReview, UserInfo } from '../../generated/types.ts';
import type { Route } from './route.ts';

const TokenReviews: ResourceType<TokenReview> = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  namespaced: false,
};

const SubjectAccessReviews: ResourceType<SubjectAccessReview> = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
};

/** How the API server shows itself to kubelets. */
const API_SERVER = 'kube-apiserver-kubelet-client';

/**
 * Who may ask a kubelet for what. The API server alone may look into pods and run commands in them, whoever else the authority has signed
 * for. What the node tells of itself others may see too, by a certificate or a token, if the API says so: `nodes/stats`, `nodes/metrics`,
 * `nodes/proxy`.
 */
export class KubeletCallers {
  readonly #client: Client;
  readonly #nodeName: string;

  /** `client` asks who holds a token, and who may do what. */
  constructor(client: Client, nodeName: string) {
    this.#client = client;
    this.#nodeName = nodeName;
  }

  /** Throws 401 for one that nobody knows, and 403 for one that may not. */
  async authorize(request: IncomingMessage, route: Route | undefined): Promise<void> {
    const { certificate } = peerOf(request.socket as TLSSocket);
    if (certificate?.isTrusted && certificate.commonName === API_SERVER) return;
    const user = certificate?.isTrusted
      ? { username: certificate.commonName, groups: [...certificate.organizations, 'system:authenticated'] }
      : await this.#holderOf(request.headers.authorization);
    if (!user) throw unauthorized();
    const subresources = route?.kind === 'node' ? route.resources : [];
    for (const subresource of subresources) if (await this.#may(user, subresource)) return;
    const what = `subresource(s)=[${subresources.length > 0 ? subresources.join(' ') : 'proxy'}]`;
    throw new StatusError(
      'Forbidden',
      `Forbidden (user=${user.username ?? ''}, verb=get, resource=nodes, ${what})`,
    );
  }

  async #holderOf(authorization = ''): Promise<UserInfo | undefined> {
    const token = /^bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) return undefined;
    const { status } = await this.#client.create(TokenReviews, { metadata: {}, spec: { token } });
    return status?.authenticated ? status.user : undefined;
  }

  async #may({ username, groups, uid, extra }: UserInfo, subresource: string): Promise<boolean> {
    const resourceAttributes = { verb: 'get', resource: 'nodes', subresource, name: this.#nodeName };
    const spec = { user: username, groups, uid, extra, resourceAttributes };
    const { status } = await this.#client.create(SubjectAccessReviews, { metadata: {}, spec });
    return status?.allowed ?? false;
  }
}
