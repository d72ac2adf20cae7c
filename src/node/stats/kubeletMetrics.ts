import { expositionOf } from './exposition.ts';
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
  ]);
