import type { PolicyCompiler } from '../../apimachinery/cel/policyCompiler.ts';
import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import { qualifiedName } from '../../apimachinery/nameRules.ts';
import type { AuditAnnotation, Validation } from '../../generated/types.ts';
import { checkNamed } from '../checks.ts';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];
const MAX_AUDIT_ANNOTATIONS = 20;
const MAX_VALUE_EXPRESSION_BYTES = 5 * 1024;

/** What is wrong with a rule of a policy (`validateValidation`). */
export function checkValidation(
  errors: FieldError[],
  field: string,
  { expression = '', message = '', messageExpression = '', reason }: Validation,
  compiler: PolicyCompiler,
): void {
  const check = (name: string, text: string, types: string[], hasAuthorizer = true) => {
    const { issue } = compiler.compile(text, types, { hasAuthorizer });
    if (issue !== undefined) errors.push(invalidValue(`${field}.${name}`, text, issue));
  };
  if (expression.trim() === '') errors.push(required(`${field}.expression`, 'expression is not specified'));
  else check('expression', expression, ['bool']);
  if (messageExpression !== '' && messageExpression.trim() === '') {
    const detail = 'must be non-empty if specified';
    errors.push(invalidValue(`${field}.messageExpression`, messageExpression, detail));
  } else if (messageExpression !== '') check('messageExpression', messageExpression, ['string'], false);
  if (message !== '' && message.trim() === '') {
    errors.push(invalidValue(`${field}.message`, message, 'must be non-empty if specified'));
  } else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalidValue(`${field}.message`, message, 'must not contain line breaks'));
  }
  if (reason !== undefined && !REASONS.includes(reason)) {
    errors.push(notSupported(`${field}.reason`, reason, REASONS));
  }
}

/** What is wrong with what a policy wants noted (`validateAuditAnnotation`). */
export function checkAuditAnnotations(
  errors: FieldError[],
  field: string,
  annotations: readonly AuditAnnotation[],
  policyName: string,
  compiler: PolicyCompiler,
): void {
  if (annotations.length > MAX_AUDIT_ANNOTATIONS) {
    const detail = `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`;
    errors.push(invalidValue(field, annotations, detail));
  }
  const seen = new Set<string>();
  annotations.forEach(({ key = '', valueExpression = '' }, index) => {
    const place = `${field}[${index}]`;
    if (policyName) checkNamed(errors, `${place}.key`, `${policyName}/${key}`, qualifiedName);
    else errors.push(invalidValue(`${place}.key`, key, 'requires metadata.name be non-empty'));
    checkValueExpression(errors, `${place}.valueExpression`, valueExpression, compiler);
    if (seen.has(key)) errors.push(duplicate(`${place}.key`, key));
    seen.add(key);
  });
}

function checkValueExpression(
  errors: FieldError[],
  field: string,
  expression: string,
  compiler: PolicyCompiler,
): void {
  const text = expression.trim();
  if (text === '') errors.push(required(field, 'valueExpression is not specified'));
  else if (Buffer.byteLength(text) > MAX_VALUE_EXPRESSION_BYTES) {
    errors.push(required(field, `must not exceed ${MAX_VALUE_EXPRESSION_BYTES} bytes in length`));
  } else {
    const { issue } = compiler.compile(text, ['string', 'null_type']);
    if (issue !== undefined) errors.push(invalidValue(field, expression, issue));
  }
}
