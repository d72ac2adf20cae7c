import type { Model } from '../models.ts';
import { apiVersion, field, kind } from './ownModels.ts';

const metadata = field('metadata', 'V1ObjectMeta', "Standard object's metadata.");
const listMetadata = field('metadata', 'V1ListMeta', "Standard list's metadata.");
const timestamp = field('timestamp', 'Date', 'The end of the window over which use was measured.', {
  format: 'date-time',
  required: true,
});
const window = field('window', 'string', 'How long that window is.', { required: true });
const usage = (of: string) =>
  field('usage', '{ [key: string]: string; }', `What the ${of} used of processors and memory.`, {
    required: true,
  });

/** The kinds of `metrics.k8s.io/v1beta1`, of which client-node has no models. */
export const metricsModels: Readonly<Record<string, Model>> = {
  V1NodeMetrics: {
    description: 'NodeMetrics tells what a node uses.',
    fields: [apiVersion, kind, metadata, timestamp, window, usage('node')],
  },
  V1NodeMetricsList: {
    description: 'NodeMetricsList is a list of NodeMetrics.',
    fields: [
      apiVersion,
      kind,
      listMetadata,
      field('items', 'Array<V1NodeMetrics>', 'What each node uses.', { required: true }),
    ],
  },
  V1PodMetrics: {
    description: 'PodMetrics tells what the containers of a pod use.',
    fields: [
      apiVersion,
      kind,
      metadata,
      timestamp,
      window,
      field('containers', 'Array<V1ContainerMetrics>', 'What each container that runs uses.', {
        required: true,
      }),
    ],
  },
  V1PodMetricsList: {
    description: 'PodMetricsList is a list of PodMetrics.',
    fields: [
      apiVersion,
      kind,
      listMetadata,
      field('items', 'Array<V1PodMetrics>', 'What each pod uses.', { required: true }),
    ],
  },
  V1ContainerMetrics: {
    description: 'ContainerMetrics tells what a container uses.',
    fields: [
      field('name', 'string', "The container's name, as in its pod's spec.", { required: true }),
      usage('container'),
    ],
  },
};
