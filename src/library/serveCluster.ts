import type { ApiServer } from '../apiserver/apiServer.ts';
import { SystemClock } from '../clock/systemClock.ts';
import { ensureCredentials, filesInMemory, serverNames } from '../cluster/credentials.ts';
import { adminKubeconfig } from '../cluster/kubeconfig.ts';
import { listen } from '../cluster/listen.ts';
import { urlHost } from '../cluster/listenAddress.ts';

/** Listens with keys that live as long as the process, and resolves to the administrator's kubeconfig. Certificates go by real time. */
export async function serveCluster(apiServer: ApiServer, host: string, port: number): Promise<string> {
  const credentials = await ensureCredentials(filesInMemory(), serverNames(host), new SystemClock().now());
  const listened = await listen(apiServer, host, port, credentials, 'port');
  return adminKubeconfig(`https://${urlHost(host)}:${listened}`, credentials);
}
