import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { ObjectReference, Pod } from '../../generated/types.ts';
import type { PodContainer } from './containers.ts';

/** Events on a pod and on its containers. */
export class PodEvents {
  readonly #recorder: EventRecorder;

  constructor(recorder: EventRecorder) {
    this.#recorder = recorder;
  }

  normal(pod: Pod, container: PodContainer | undefined, reason: string, message: string): void {
    this.#recorder.event(reference(pod, container), 'Normal', reason, message);
  }

  warning(pod: Pod, container: PodContainer | undefined, reason: string, message: string): void {
    this.#recorder.event(reference(pod, container), 'Warning', reason, message);
  }
}

/** `y_ns(uid)`: how upstream's messages name a pod. */
export const podText = ({ metadata }: Pod): string =>
  `${metadata.name}_${metadata.namespace}(${metadata.uid})`;

function reference({ metadata }: Pod, container: PodContainer | undefined): ObjectReference {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    ...(container && { fieldPath: container.fieldPath }),
  };
}
