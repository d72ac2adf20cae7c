import type { ContainerIsolation } from '../isolation.ts';
import {
  type ContainerConfig,
  ContainerConfigRefused,
  ImagePullError,
  type RegistryCredentials,
} from '../runtime.ts';
import { CriError } from './criClient.ts';
import type { CriService } from './criService.ts';
import { fittingCredentials } from './fittingCredentials.ts';

/** With each of the credentials that fit until one will do, as the kubelet tries them. Throws `ImagePullError`. */
export async function pullImage(
  cri: CriService,
  image: string,
  secrets: readonly RegistryCredentials[],
): Promise<string> {
  const fitting = fittingCredentials(image, secrets);
  const tries = fitting.length > 0 ? fitting : [undefined];
  let failure: CriError | undefined;
  for (const credentials of tries) {
    // containerd would compare an address with the one that it asks, which may be a mirror's. The kubelet tells none either.
    const auth = credentials && { username: credentials.username, password: credentials.password };
    try {
      return await cri.pullImage({ image: { image }, auth });
    } catch (error) {
      if (!(error instanceof CriError)) throw error;
      failure = error;
    }
  }
  throw new ImagePullError(failure!.message);
}

/**
 * The container's isolation with what depends on its image: a group goes only with a user, and one that must not be root is refused when
 * its image would make it so.
 */
export async function userOf(
  cri: CriService,
  { image, isolation }: ContainerConfig,
): Promise<ContainerIsolation | undefined> {
  if (!isolation) return undefined;
  const { user, group, mustNotBeRoot } = isolation;
  if (user !== undefined) {
    if (mustNotBeRoot && user === 0)
      throw new ContainerConfigRefused("container's runAsUser breaks non-root policy");
    return isolation;
  }
  if (!mustNotBeRoot && group === undefined) return isolation;
  const found = await cri.imageStatus(image);
  if (mustNotBeRoot && found?.username)
    throw new ContainerConfigRefused(
      `container has runAsNonRoot and image has non-numeric user (${found.username}), cannot verify user is non-root`,
    );
  const imageUser = found?.uid?.value ?? 0;
  if (mustNotBeRoot && imageUser === 0)
    throw new ContainerConfigRefused('container has runAsNonRoot and image will run as root');
  return found?.username ? isolation : { ...isolation, user: imageUser };
}
