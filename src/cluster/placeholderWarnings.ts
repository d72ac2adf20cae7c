import type { KubernetesObject } from '../apimachinery/object.ts';
import type { CronJobSpec, PodSpec, PodTemplateSpec } from '../generated/types.ts';

/** What a user of the `process` runtime should know of an object with containers: without a command nothing of the image runs. */
export const placeholderWarnings = (object: KubernetesObject): readonly string[] =>
  (podSpecOf(object)?.containers ?? [])
    .filter(({ command, args }) => !command?.length && !args?.length)
    .map(
      ({ name, image }) =>
        `container "${name}" has no command: on nodes of the process runtime a placeholder stands for the entry point of image "${image}"`,
    );

/** The pod that an object is, or makes. */
function podSpecOf(object: KubernetesObject): PodSpec | undefined {
  const { spec } = object as {
    spec?: { template?: PodTemplateSpec; jobTemplate?: CronJobSpec['jobTemplate'] };
  };
  if (object.kind === 'Pod') return spec as unknown as PodSpec;
  return spec?.jobTemplate?.spec?.template.spec ?? spec?.template?.spec;
}
