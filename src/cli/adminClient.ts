import { existsSync, readFileSync } from 'node:fs';
import { type HttpsClient, httpsClientFromKubeconfig } from '../client/http/httpsClient.ts';
import type { Clock } from '../clock/clock.ts';
import { UserError } from './userError.ts';

/** A cluster as its administrator sees it. */
export interface AdminAccess {
  readonly client: HttpsClient;
  readonly kubeconfig: string;
}

/** The cluster of a data directory, which must be running. Throws where there is none. */
export async function withAdmin<Result>(
  dataDir: string,
  clock: Clock,
  use: (access: AdminAccess) => Promise<Result>,
): Promise<Result> {
  const path = `${dataDir}/admin.kubeconfig`;
  if (!existsSync(path))
    throw new UserError(`There is no cluster in ${dataDir} yet: start one with "sampan up"`);
  const kubeconfig = readFileSync(path, 'utf8');
  const client = httpsClientFromKubeconfig(kubeconfig, { clock, manager: 'sampan' });
  try {
    return await use({ client, kubeconfig });
  } finally {
    client.close();
  }
}
