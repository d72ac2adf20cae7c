import { type FieldError, invalidValue, required } from '../apimachinery/fieldErrors.ts';
import { dns1123Subdomain, qualifiedName } from '../apimachinery/nameRules.ts';
import { checkRule } from '../apimachinery/validation.ts';
import type { CoreV1Event } from '../generated/types.ts';

const WORD_MAX_BYTES = 128;
const MESSAGE_MAX_BYTES = 1024;

/** The rules for both event APIs (`legacyValidateEvent`): an event with `eventTime` is one of the new kind, with stricter ones. */
export const validateEvent = (event: CoreV1Event): FieldError[] => [
  ...(event.eventTime ? newEventErrors(event) : namespaceErrors(event)),
  ...checkRule('namespace', event.metadata.namespace ?? '', dns1123Subdomain),
];

const doesNotMatch = (namespace = ''): FieldError =>
  invalidValue('involvedObject.namespace', namespace, 'does not match event.namespace');

/** An event lives beside its object; those about objects without a namespace live in `default`. */
function namespaceErrors({ metadata, involvedObject }: CoreV1Event): FieldError[] {
  const matches = involvedObject.namespace
    ? metadata.namespace === involvedObject.namespace
    : metadata.namespace === 'default';
  return matches ? [] : [doesNotMatch(involvedObject.namespace)];
}

function newEventErrors(event: CoreV1Event): FieldError[] {
  const {
    metadata,
    involvedObject,
    reportingComponent = '',
    reportingInstance,
    action,
    reason,
    message,
  } = event;
  const errors: FieldError[] = [];
  if (!involvedObject.namespace && metadata.namespace !== 'default' && metadata.namespace !== 'kube-system') {
    errors.push(doesNotMatch(involvedObject.namespace));
  }
  if (!reportingComponent) errors.push(required('reportingController'));
  return [
    ...errors,
    ...checkRule('reportingController', reportingComponent, qualifiedName),
    ...wordErrors('reportingInstance', reportingInstance),
    ...wordErrors('action', action),
    ...wordErrors('reason', reason),
    ...lengthErrors('message', message, MESSAGE_MAX_BYTES),
  ];
}

const wordErrors = (field: string, value: string | undefined): FieldError[] =>
  value ? lengthErrors(field, value, WORD_MAX_BYTES) : [required(field)];

const lengthErrors = (field: string, value: string | undefined, maxBytes: number): FieldError[] =>
  Buffer.byteLength(value ?? '') > maxBytes
    ? [invalidValue(field, '', `can have at most ${maxBytes} characters`)]
    : [];
