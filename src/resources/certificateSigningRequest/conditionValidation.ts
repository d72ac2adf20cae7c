import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import { deepEqual } from '../../apimachinery/object.ts';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../generated/types.ts';

type Condition = CertificateSigningRequestCondition;
const FIELD = 'status.conditions';

const conditionsOf = (request: CertificateSigningRequest): Condition[] => request.status?.conditions ?? [];

/** Each type once, and not both approved and denied. */
export function validateConditions(request: CertificateSigningRequest): FieldError[] {
  const seen = new Set<string>();
  return conditionsOf(request).flatMap((condition, index) => {
    const field = `${FIELD}[${index}]`;
    const errors = conditionErrors(condition, field);
    if (seen.has(condition.type)) errors.push(duplicate(`${field}.type`, condition.type));
    seen.add(condition.type);
    if (isDecision(condition) && seen.has('Approved') && seen.has('Denied')) {
      errors.push(
        invalidValue(
          `${field}.type`,
          condition.type,
          'Approved and Denied conditions are mutually exclusive',
        ),
      );
    }
    return errors;
  });
}

const isDecision = ({ type }: Condition): boolean => type === 'Approved' || type === 'Denied';
const isFinal = (condition: Condition): boolean => isDecision(condition) || condition.type === 'Failed';

function conditionErrors(condition: Condition, field: string): FieldError[] {
  const { type, status } = condition;
  const errors = type ? [] : [required(`${field}.type`)];
  const allowed = isFinal(condition) ? ['True'] : ['False', 'True', 'Unknown'];
  if (!status) errors.push(required(`${field}.status`));
  else if (!allowed.includes(status)) errors.push(notSupported(`${field}.status`, status, allowed));
  return errors;
}

/**
 * What an update may do to conditions that were decided: no update takes one back or changes it, and only `/approval`
 * (`mayDecide`) adds an approval or denial.
 */
export function decisionErrors(
  next: CertificateSigningRequest,
  stored: CertificateSigningRequest,
  mayDecide: boolean,
): FieldError[] {
  const before = conditionsOf(stored).filter(isFinal);
  const after = conditionsOf(next);
  const errors = before.flatMap((condition) => keptErrors(condition, after));
  if (mayDecide) return errors;
  const added = after.filter(
    (condition) => isDecision(condition) && !before.some(({ type }) => type === condition.type),
  );
  return [
    ...errors,
    ...added.map(({ type }) => forbiddenField(FIELD, `updates may not add a condition of type "${type}"`)),
  ];
}

function keptErrors(condition: Condition, after: readonly Condition[]): FieldError[] {
  const { type } = condition;
  const kept = after.find((other) => other.type === type);
  if (!kept) return [forbiddenField(FIELD, `updates may not remove a condition of type "${type}"`)];
  if (deepEqual(kept, condition)) return [];
  return [forbiddenField(FIELD, `updates may not modify a condition of type "${type}"`)];
}
