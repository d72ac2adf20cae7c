import { trueCondition } from '../../resources/conditions.ts';
import { expositionOf, type Sample } from './exposition.ts';
import type { MeasuredPod } from './measuredPod.ts';

/** `/metrics` of a kubelet, as much as there is to tell: what runs here. */
export const kubeletMetrics = (nodeName: string, pods: readonly MeasuredPod[]): string =>
  expositionOf([
    {
      name: 'kubelet_node_name',
      help: "[ALPHA] The node's name. The count is always 1.",
      type: 'gauge',
      samples: [{ labels: { node: nodeName }, value: 1 }],
    },
    {
      name: 'kubelet_running_containers',
      help: '[ALPHA] Number of containers currently running',
      type: 'gauge',
      samples: [
        {
          labels: { container_state: 'running' },
          value: pods.reduce((sum, { containers }) => sum + containers.length, 0),
        },
      ],
    },
    {
      name: 'kubelet_running_pods',
      help: '[ALPHA] Number of pods that have a running pod sandbox',
      type: 'gauge',
      samples: [{ value: pods.length }],
    },
    {
      name: 'kubelet_pod_in_progress_resizes',
      help: '[ALPHA] Number of in-progress resizes for pods',
      type: 'gauge',
      samples: [{ value: pods.filter(({ pod }) => trueCondition(pod, 'PodResizeInProgress')).length }],
    },
    {
      name: 'kubelet_pod_pending_resizes',
      help: '[ALPHA] Number of pending resizes for pods, by reason',
      type: 'gauge',
      samples: pendingResizes(pods),
    },
  ]);

function pendingResizes(pods: readonly MeasuredPod[]): Sample[] {
  const reasons = pods.flatMap(({ pod }) => trueCondition(pod, 'PodResizePending')?.reason ?? []);
  return ['Deferred', 'Infeasible'].map((reason) => ({
    labels: { reason: reason.toLowerCase() },
    value: reasons.filter((each) => each === reason).length,
  }));
}
