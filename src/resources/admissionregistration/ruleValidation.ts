import { type FieldError, invalidValue, notSupported, required } from '../../apimachinery/fieldErrors.ts';
import type { RuleWithOperations } from '../../generated/types.ts';
import { checkSupportedIfSet } from '../checks.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

/** What is wrong with a rule that says which requests are wanted (`validateRuleWithOperations`). */
export function checkRule(errors: FieldError[], field: string, rule: RuleWithOperations): void {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [] } = rule;
  checkList(errors, `${field}.operations`, operations, 'operations');
  operations.forEach((operation, index) => {
    if (!OPERATIONS.includes(operation))
      errors.push(notSupported(`${field}.operations[${index}]`, operation, OPERATIONS));
  });
  checkList(errors, `${field}.apiGroups`, apiGroups, 'API groups');
  checkList(errors, `${field}.apiVersions`, apiVersions, 'API versions');
  apiVersions.forEach((version, index) => {
    if (version === '') errors.push(required(`${field}.apiVersions[${index}]`));
  });
  checkResources(errors, `${field}.resources`, resources);
  checkSupportedIfSet(errors, `${field}.scope`, rule.scope, SCOPES);
}

function checkList(errors: FieldError[], field: string, values: readonly string[], what: string): void {
  if (values.length === 0) errors.push(required(field));
  if (values.length > 1 && values.includes('*'))
    errors.push(invalidValue(field, values, `if '*' is present, must not specify other ${what}`));
}

/** `pods`, `pods/status`, with stars that must not say what others say already. */
function checkResources(errors: FieldError[], field: string, resources: readonly string[]): void {
  if (resources.length === 0) errors.push(required(field));
  const [whole, everywhere] = [new Set<string>(), new Set<string>()];
  resources.forEach((each, index) => {
    const place = `${field}[${index}]`;
    if (each === '') errors.push(required(place));
    const slash = each.indexOf('/');
    if (slash < 0) return;
    const [resource, sub] = [each.slice(0, slash), each.slice(slash + 1)];
    const repeated = (star: string) =>
      errors.push(invalidValue(place, each, `if '${star}' is present, must not specify ${each}`));
    if (whole.has(resource)) repeated(`${resource}/*`);
    if (everywhere.has(sub)) repeated(`*/${sub}`);
    if (sub === '*') whole.add(resource);
    if (resource === '*') everywhere.add(sub);
  });
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalidValue(field, resources, "if '*/*' is present, must not specify other resources"));
  if (resources.includes('*') && endsPlain(resources)) {
    const detail = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalidValue(field, resources, detail));
  }
}

/** Upstream looks at the last one only that has no subresource. */
const endsPlain = (resources: readonly string[]): boolean =>
  (resources.findLast((each) => each !== '' && !each.includes('/')) ?? '*') !== '*';
