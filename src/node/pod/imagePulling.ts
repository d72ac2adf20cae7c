import { goDuration } from '../../apimachinery/goDuration.ts';
import type { Container, Pod } from '../../generated/types.ts';
import { type Image, ImagePullError } from '../../runtime/runtime.ts';
import type { NodeContext } from '../nodeContext.ts';
import { nextBackOff } from './backOff.ts';
import type { PodContainer } from './containers.ts';
import { PodEvents } from './podEvents.ts';
import type { ContainerMemory, Waiting } from './podMemory.ts';
import { pullSecrets } from './pullSecrets.ts';

/** The image is here, or why the container waits and until when. */
export type ImageAnswer =
  | { readonly image: Image }
  | { readonly waiting: Waiting; readonly retryInMs: number };

const NEVER_PULL_RETRY_MS = 10_000;

/** Makes sure that the container's image is on the node, as its pull policy has it. Records upstream's events. */
export async function ensureImage(
  pod: Pod,
  placed: PodContainer,
  memory: ContainerMemory,
  context: NodeContext,
): Promise<ImageAnswer> {
  const { runtime, recorder } = context;
  const events = new PodEvents(recorder);
  const image = placed.spec.image ?? '';
  const policy = pullPolicy(placed.spec);
  const present = await runtime.imageStatus(image);
  if (present && policy !== 'Always') {
    events.normal(
      pod,
      placed,
      'Pulled',
      `Container image "${image}" already present on machine and can be accessed by the pod`,
    );
    return { image: present };
  }
  if (policy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    events.warning(pod, placed, 'ErrImageNeverPull', message);
    return waitFor(pod, placed, events, { reason: 'ErrImageNeverPull', message }, NEVER_PULL_RETRY_MS);
  }
  return pull(pod, placed, memory, context);
}

async function pull(
  pod: Pod,
  placed: PodContainer,
  memory: ContainerMemory,
  context: NodeContext,
): Promise<ImageAnswer> {
  const { runtime, recorder, clock } = context;
  const events = new PodEvents(recorder);
  const image = placed.spec.image ?? '';
  events.normal(pod, placed, 'Pulling', `Pulling image "${image}"`);
  const startedAt = clock.elapsed();
  try {
    const pulled = await runtime.pullImage(image, await pullSecrets(pod, context.client));
    const took = goDuration(clock.elapsed() - startedAt);
    const size = `Image size: ${pulled.sizeBytes} bytes.`;
    events.normal(
      pod,
      placed,
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${took} including waiting). ${size}`,
    );
    memory.imageBackOff = undefined;
    return { image: pulled };
  } catch (error) {
    if (!(error instanceof ImagePullError)) throw error;
    return pullFailed(pod, placed, memory, error, context);
  }
}

function pullFailed(
  pod: Pod,
  placed: PodContainer,
  memory: ContainerMemory,
  { message }: ImagePullError,
  { clock, recorder }: NodeContext,
): ImageAnswer {
  const events = new PodEvents(recorder);
  const now = clock.elapsed();
  memory.imageBackOff = nextBackOff(memory.imageBackOff, now, now);
  events.warning(pod, placed, 'Failed', `Failed to pull image "${placed.spec.image}": ${message}`);
  return waitFor(pod, placed, events, { reason: 'ErrImagePull', message }, memory.imageBackOff.delayMs);
}

function waitFor(
  pod: Pod,
  placed: PodContainer,
  events: PodEvents,
  waiting: Waiting,
  retryInMs: number,
): ImageAnswer {
  events.warning(pod, placed, 'Failed', `Error: ${waiting.reason}`);
  return { waiting, retryInMs };
}

/** What a container shows that waits to pull again what could not be pulled. */
export const imagePullBackOff = (image: string, { message = '' }: Waiting): Waiting => ({
  reason: 'ImagePullBackOff',
  message: `Back-off pulling image "${image}": ErrImagePull: ${message}`,
});

/** `Always` for the newest of something that may change, else what is here will do. */
function pullPolicy({ image = '', imagePullPolicy }: Pick<Container, 'image' | 'imagePullPolicy'>): string {
  if (imagePullPolicy) return imagePullPolicy;
  const hasFixedTag = /(@[^/]+|:[^/:]+)$/.test(image) && !image.endsWith(':latest');
  return hasFixedTag ? 'IfNotPresent' : 'Always';
}
