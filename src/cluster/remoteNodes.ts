import type { KubeletAddress } from '../apiserver/streams/kubeletRequest.ts';
import type { Node } from '../generated/types.ts';
import type { KeyPair } from '../pki/certificateAuthority.ts';

export interface RemoteNodesOptions {
  /** The newest version of a node. */
  findNode(name: string): Node | undefined;
  /** How the API server shows itself to kubelets. */
  readonly kubeletClient: KeyPair;
  /** Who signed the kubelets' own certificates. */
  readonly caCertificate: string;
}

/** Where kubeadm tells an API server to look for a kubelet, best first. */
const PREFERRED = ['InternalIP', 'ExternalIP', 'Hostname'];

/** The way to a node in another process: its kubelet, where the node's status says that it listens. */
export const remoteNodes =
  ({ findNode, kubeletClient, caCertificate }: RemoteNodesOptions) =>
  (nodeName: string): KubeletAddress | undefined => {
    const address = kubeletAddress(findNode(nodeName));
    const tls = { ca: caCertificate, cert: kubeletClient.certificate, key: kubeletClient.key };
    return address && { ...address, tls };
  };

function kubeletAddress(node: Node | undefined): Omit<KubeletAddress, 'tls'> | undefined {
  const { addresses = [], daemonEndpoints } = node?.status ?? {};
  const port = daemonEndpoints?.kubeletEndpoint?.Port;
  const host = PREFERRED.map((type) => addresses.find((address) => address.type === type)?.address).find(
    Boolean,
  );
  return port && host ? { host, port } : undefined;
}
