import type { PolicyRule } from '../../../generated/types.ts';
import type { User } from '../../authentication/user.ts';
import type { Attributes, Authorizer } from '../authorizer.ts';

/** One thing that a rule allows. */
interface Right {
  readonly attributes: Attributes;
  /** What else is the same as in rights that differ in their verb alone. */
  readonly rest: string;
  readonly verb: string;
}

/** What rules allow that a user may not do himself, as upstream lists it, one line for each resource. */
export function missingRules(
  user: User,
  rules: readonly PolicyRule[],
  namespace: string,
  authorizer: Authorizer,
): string[] {
  const missing = rules
    .flatMap((rule) => rightsIn(rule, namespace))
    .filter(({ attributes }) => !authorizer.authorize(user, attributes).isAllowed);
  const lines = Map.groupBy(missing, ({ rest }) => rest);
  return [...lines]
    .map(([rest, rights]) => `{${rest}, Verbs:${list([...new Set(rights.map(({ verb }) => verb))])}}`)
    .sort();
}

const rightsIn = (rule: PolicyRule, namespace: string): Right[] => [
  ...resourceRights(rule, namespace),
  ...(rule.nonResourceURLs ?? []).flatMap((path) =>
    rule.verbs.map((verb) => ({ verb, attributes: { verb, path }, rest: `NonResourceURLs:${list([path])}` })),
  ),
];

function resourceRights(
  { apiGroups = [], resources = [], resourceNames, verbs }: PolicyRule,
  namespace: string,
) {
  const rights: Right[] = [];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const name of resourceNames?.length ? resourceNames : ['']) {
        const [plural = '', subresource = ''] = resource.split('/');
        const where = { group, plural, subresource, namespace, name };
        const names = name ? `, ResourceNames:${list([name])}` : '';
        const rest = `APIGroups:${list([group])}, Resources:${list([resource])}${names}`;
        rights.push(...verbs.map((verb) => ({ verb, attributes: { verb, resource: where }, rest })));
      }
    }
  }
  return rights;
}

/** As Go writes a list of strings. */
const list = (values: readonly string[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
