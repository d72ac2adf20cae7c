import type { PolicyRule } from '../../../generated/types.ts';
import type { Attributes, ResourceAttributes } from '../authorizer.ts';

const ALL = '*';

/** A rule of a role, made ready to be asked often. */
export class CompiledRule {
  readonly rule: PolicyRule;
  readonly #verbs: Matcher;
  readonly #groups: Matcher;
  readonly #resources: Matcher;
  readonly #names: ReadonlySet<string>;
  readonly #paths: readonly string[];

  constructor(rule: PolicyRule) {
    this.rule = rule;
    this.#verbs = matcherOf(rule.verbs);
    this.#groups = matcherOf(rule.apiGroups);
    this.#resources = matcherOf(rule.resources);
    this.#names = new Set(rule.resourceNames);
    this.#paths = rule.nonResourceURLs ?? [];
  }

  allows({ verb, path = '', resource }: Attributes): boolean {
    if (!this.#verbs(verb)) return false;
    return resource ? this.#allowsResource(resource) : this.#paths.some((allowed) => covers(allowed, path));
  }

  #allowsResource({ group, plural, subresource, name }: ResourceAttributes): boolean {
    return (
      this.#groups(group) &&
      (subresource
        ? this.#resources(`${plural}/${subresource}`) || this.#resources(`${ALL}/${subresource}`)
        : this.#resources(plural)) &&
      (this.#names.size === 0 || this.#names.has(name))
    );
  }
}

type Matcher = (value: string) => boolean;

function matcherOf(values: readonly string[] = []): Matcher {
  const set = new Set(values);
  return set.has(ALL) ? () => true : (value) => set.has(value);
}

/** `/healthz/*` covers everything below `/healthz/`. */
const covers = (allowed: string, path: string): boolean =>
  allowed === ALL || allowed === path || (allowed.endsWith(ALL) && path.startsWith(allowed.slice(0, -1)));
