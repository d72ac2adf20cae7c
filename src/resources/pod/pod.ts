import { dns1123Label } from '../../apimachinery/nameRules.ts';
import { nameOf } from '../../apimachinery/object.ts';
import type { Pod } from '../../generated/types.ts';
import { Pods } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { fillAppArmorProfiles } from './annotatedAppArmor.ts';
import {
  prepareEphemeralContainersUpdate,
  validateEphemeralContainersUpdate,
} from './ephemeralContainersUpdate.ts';
import { gracePeriodSecondsOf } from './gracePeriod.ts';
import { mergeLabelKeys } from './labelKeys.ts';
import { podColumns } from './podColumns.ts';
import { setPodDefaults } from './podDefaults.ts';
import { validatePodStatusUpdate } from './podStatusUpdate.ts';
import { validatePodUpdate } from './podUpdate.ts';
import { validatePod } from './podValidation.ts';
import { podWarnings } from './podWarnings.ts';
import { qosClassOf } from './qosClass.ts';

export const pods: Resource<Pod> = {
  ...Pods,
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  subresources: {
    status: true,
    ephemeralContainers: {
      prepareUpdate: prepareEphemeralContainersUpdate,
      validateUpdate: validateEphemeralContainersUpdate,
    },
  },
  hasGeneration: true,

  setDefaults: setPodDefaults,
  prepareCreate(pod, warn) {
    mergeLabelKeys(pod);
    fillAppArmorProfiles(pod, warn);
    pod.status = { phase: 'Pending', qosClass: qosClassOf(pod.spec) };
    if (!pod.spec.schedulingGates?.length) return;
    pod.status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
  },
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  prepareStatusUpdate(next, stored) {
    // The class was settled with the spec; whoever leaves it out does not mean to take it away.
    if (next.status) next.status.qosClass ??= stored.status?.qosClass;
  },
  validateStatusUpdate: validatePodStatusUpdate,
  warnings(pod, stored) {
    const warnings = podWarnings(pod.spec, pod.metadata);
    return stored ? warnings : [...nameWarnings(pod), ...warnings];
  },
  gracePeriodSeconds: gracePeriodSecondsOf,

  columns: podColumns,
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec?.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec?.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec?.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec?.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIP ?? '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },
};

function nameWarnings(pod: Pod): string[] {
  const problems = dns1123Label(nameOf(pod));
  if (problems.length === 0) return [];
  const advice =
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended";
  return [`${advice}: [${problems.join(' ')}]`];
}
