import type { FieldError } from '../../apimachinery/fieldErrors.ts';
import type { PodTemplate } from '../../generated/types.ts';
import { nameColumn } from '../columns/metadata.ts';
import { labelsText } from '../columns/selectorText.ts';
import { PodTemplates } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { containerNames, imageNames } from './templateColumns.ts';
import { withTemplateDefaults } from './templateDefaults.ts';
import { checkPodTemplate } from './templateValidation.ts';
import { isNewTemplate, templateWarnings } from './templateWarnings.ts';

function validate({ template }: PodTemplate): FieldError[] {
  const errors: FieldError[] = [];
  if (template) checkPodTemplate(errors, 'template', template);
  return errors;
}

export const podTemplates: Resource<PodTemplate> = {
  ...PodTemplates,
  singular: 'podtemplate',
  hasGeneration: true,

  setDefaults(object) {
    object.template = withTemplateDefaults(object.template);
  },
  validate,
  validateUpdate: validate,
  warnings: ({ template }, stored) =>
    templateWarnings('template', template, isNewTemplate(template, stored?.template)),

  columns: [
    nameColumn,
    {
      name: 'Containers',
      type: 'string',
      description: 'Names of each container in the template.',
      cell: ({ template }) => containerNames(template),
    },
    {
      name: 'Images',
      type: 'string',
      description: 'Images referenced by each container in the template.',
      cell: ({ template }) => imageNames(template),
    },
    {
      name: 'Pod Labels',
      type: 'string',
      description: 'The labels for the pod template.',
      cell: ({ template }) => labelsText(template?.metadata.labels),
    },
  ],
};
