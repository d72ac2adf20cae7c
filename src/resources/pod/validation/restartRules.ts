import { type FieldError, notSupported, required, tooMany } from '../../../apimachinery/fieldErrors.ts';
import type { Container, ContainerRestartRule } from '../../../generated/types.ts';
import { checkSupportedIfSet } from '../../checks.ts';

const POLICIES = ['Always', 'Never', 'OnFailure'];
const ACTIONS = ['Restart', 'RestartAllContainers'];
const OPERATORS = ['In', 'NotIn'];
const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;

/** A container's own restart policy and its rules by exit code (KEP-5307, KEP-5532). */
export function checkRestartPolicy(
  errors: FieldError[],
  field: string,
  { restartPolicy, restartPolicyRules: rules = [] }: Container,
  kind: 'container' | 'initContainer',
): void {
  if (restartPolicy === undefined && rules.length > 0) {
    errors.push(required(`${field}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
    if (kind === 'initContainer') return;
  }
  checkSupportedIfSet(errors, `${field}.restartPolicy`, restartPolicy, POLICIES);
  if (rules.length > MOST_RULES)
    errors.push(tooMany(`${field}.restartPolicyRules`, rules.length, MOST_RULES));
  for (const [index, rule] of rules.entries())
    checkRule(errors, `${field}.restartPolicyRules[${index}]`, rule);
}

function checkRule(errors: FieldError[], field: string, { action, exitCodes }: ContainerRestartRule): void {
  if (!ACTIONS.includes(action)) errors.push(notSupported(`${field}.action`, action ?? '', ACTIONS));
  if (!exitCodes) {
    errors.push(required(`${field}.exitCodes`, 'must be specified'));
    return;
  }
  const { operator = '', values = [] } = exitCodes;
  if (!OPERATORS.includes(operator))
    errors.push(notSupported(`${field}.exitCodes.operator`, operator, OPERATORS));
  if (values.length > MOST_EXIT_CODES) {
    errors.push(tooMany(`${field}.exitCodes.values`, values.length, MOST_EXIT_CODES));
  }
}
