import { type FieldError, forbiddenField, invalidMap, notSupported } from '../../apimachinery/fieldErrors.ts';
import { labelSelectorOf, type Selector } from '../../apimachinery/labels.ts';
import { validateAnnotations, validateLabels } from '../../apimachinery/validation.ts';
import type { LabelSelector, PodSpec, PodTemplateSpec } from '../../generated/types.ts';
import { checkSeccompAnnotations } from '../pod/validation/annotatedProfiles.ts';
import { checkPodAnnotations } from '../pod/validation/annotations.ts';
import { checkPodSpec } from '../pod/validation/podSpec.ts';
import { isSettled, noteSettled } from './settledSpecs.ts';

/** A template of pods, with defaults set (`ValidatePodTemplateSpec`, whose paths leave out that labels are `metadata`). */
export function checkPodTemplate(
  errors: FieldError[],
  field: string,
  { metadata, spec }: PodTemplateSpec,
): void {
  errors.push(...validateLabels(metadata.labels, `${field}.labels`));
  errors.push(...validateAnnotations(metadata.annotations, `${field}.annotations`));
  checkPodAnnotations(errors, `${field}.annotations`, metadata.annotations, spec);
  if (!isSettled(spec)) checkUnsettled(errors, `${field}.spec`, spec);
  checkSeccompAnnotations(errors, `${field}.spec`, metadata.annotations, spec);
  if (spec.ephemeralContainers?.length) {
    const detail = 'ephemeral containers not allowed in pod template';
    errors.push(forbiddenField(`${field}.spec.ephemeralContainers`, detail));
  }
}

function checkUnsettled(errors: FieldError[], field: string, spec: PodSpec): void {
  const before = errors.length;
  checkPodSpec(errors, field, spec, { kind: 'template' });
  if (errors.length === before) noteSettled(spec);
}

/** A template whose pods run on and on, as those of DaemonSets, ReplicaSets, Deployments and ReplicationControllers do. */
export function checkLastingTemplate(
  errors: FieldError[],
  field: string,
  template: PodTemplateSpec,
  owner: 'DaemonSet' | 'ReplicaSet' | 'ReplicationController',
): void {
  checkPodTemplate(errors, field, template);
  const { restartPolicy, activeDeadlineSeconds } = template.spec;
  if (restartPolicy !== 'Always') {
    errors.push(notSupported(`${field}.spec.restartPolicy`, restartPolicy, ['Always']));
  }
  if (activeDeadlineSeconds === undefined) return;
  const detail = `activeDeadlineSeconds in ${owner} is not Supported`;
  errors.push(forbiddenField(`${field}.spec.activeDeadlineSeconds`, detail));
}

/** A controller must select the pods that it makes. Of a malformed selector (`compiled` is undefined then) other errors tell. */
export function checkSelectsTemplate(
  errors: FieldError[],
  field: string,
  compiled: Selector | undefined,
  { metadata }: PodTemplateSpec,
): void {
  if (!compiled || compiled.matches(metadata.labels)) return;
  const detail = '`selector` does not match template `labels`';
  errors.push(invalidMap(`${field}.metadata.labels`, metadata.labels, detail));
}

/** Undefined for a malformed selector, of which other errors tell. */
export function compiledSelector(selector: LabelSelector | undefined): Selector | undefined {
  try {
    return labelSelectorOf(selector);
  } catch {
    return undefined;
  }
}

export const isEmptySelector = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
  Object.keys(matchLabels ?? {}).length === 0 && !matchExpressions?.length;
