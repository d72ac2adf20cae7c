import { asPrefix, type NameRule } from '../apimachinery/nameRules.ts';

/** The `nameProblems` of a kind whose names follow this rule. */
export const namedBy =
  (rule: NameRule) =>
  (name: string, isPrefix: boolean): readonly string[] =>
    (isPrefix ? asPrefix(rule) : rule)(name);
