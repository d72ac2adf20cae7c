import { text } from 'node:stream/consumers';
import { SystemClock } from '../../clock/systemClock.ts';
import { dial } from './dial.ts';
import { getFrom, type KubeletAddress, kubeletUrl } from './kubeletRequest.ts';
import { type NodeAccess, type NodeAnswer, type NodeUsage, USAGE_PATH } from './nodeAccess.ts';

/** A kubelet that takes the call and says nothing. It is real time, whatever the cluster's clock says. */
const PATIENCE_MS = 30_000;

/** Access to a node in another process, through its kubelet's HTTPS face. */
export function remoteNodeAccess(address: KubeletAddress): NodeAccess {
  async function get(path: string, query: URLSearchParams): Promise<NodeAnswer> {
    // A kubelet that is not there is told of in Go's words.
    await dial(address.host, address.port);
    const url = kubeletUrl(address, path.slice(1).split('/'), [...query]);
    const patience = new AbortController();
    const cancel = new SystemClock().callIn(PATIENCE_MS, () => patience.abort());
    try {
      const response = await getFrom(url, { ...address.tls, signal: patience.signal });
      return {
        status: response.statusCode ?? 500,
        contentType: response.headers['content-type'] ?? 'text/plain',
        body: await text(response),
      };
    } finally {
      cancel();
    }
  }
  return {
    get,
    async usage() {
      const { status, body } = await get(USAGE_PATH, new URLSearchParams());
      if (status !== 200) throw new Error(`Cannot read what the node uses: ${status} ${body.trim()}`);
      return JSON.parse(body) as NodeUsage;
    },
  };
}
