import type { Environment } from '@marcbachmann/cel-js';
import {
  asPrefix,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  labelValue,
  type NameRule,
  qualifiedName,
} from '../../nameRules.ts';
import { hasFormat } from '../../structural/formats.ts';
import { celLibrary } from '../celLibrary.ts';
import { define, defineNamespace, defineType } from './define.ts';
import { uriProblem } from './urls.ts';

/** A format that a text may have. */
class NamedFormat {
  readonly name: string;
  readonly problems: NameRule;

  constructor(name: string, problems: NameRule) {
    this.name = name;
    this.problems = problems;
  }

  equals({ name }: NamedFormat): boolean {
    return this.name === name;
  }
}

const byShape =
  (format: string, problem: string): NameRule =>
  (text) =>
    hasFormat(text, format) ? [] : [problem];

const uri: NameRule = (text) => {
  const problem = uriProblem(text);
  return problem === undefined ? [] : [problem];
};

const RULES: Readonly<Record<string, NameRule>> = {
  dns1123Label,
  dns1123Subdomain,
  dns1035Label,
  qualifiedName,
  dns1123LabelPrefix: asPrefix(dns1123Label),
  dns1123SubdomainPrefix: asPrefix(dns1123Subdomain),
  dns1035LabelPrefix: asPrefix(dns1035Label),
  labelValue,
  uri,
  uuid: byShape('uuid', 'does not match the UUID format'),
  byte: byShape('byte', 'invalid base64'),
  date: byShape('date', 'invalid date'),
  datetime: byShape('datetime', 'invalid datetime'),
};

const TYPE = 'kubernetes.NamedFormat';

/** Upstream's library `format`: `!format.dns1123Label().validate(self.name).hasValue()`. */
export function registerFormats(environment: Environment): void {
  const { Optional } = celLibrary();
  defineType(environment, TYPE, NamedFormat);
  const formats = new Map(Object.entries(RULES).map(([name, rule]) => [name, new NamedFormat(name, rule)]));
  defineNamespace(environment, 'format', {
    [`named(string): optional<${TYPE}>`]: (name: string) => Optional.of(formats.get(name)),
    ...Object.fromEntries([...formats].map(([name, format]) => [`${name}(): ${TYPE}`, () => format])),
  });
  define(environment, {
    [`${TYPE}.validate(string): optional<list<string>>`]: ({ problems }: NamedFormat, text: string) => {
      const found = problems(text);
      return found.length > 0 ? Optional.of(found) : Optional.none();
    },
  });
}
