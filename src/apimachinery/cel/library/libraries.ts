import type { Environment } from '@marcbachmann/cel-js';
import { registerIps } from './addresses.ts';
import { registerCidrs } from './cidr.ts';
import { registerConversions } from './conversions.ts';
import { registerFormats } from './formats.ts';
import { registerLists } from './lists.ts';
import { registerOptionals } from './optionals.ts';
import { registerQuantities } from './quantity.ts';
import { registerRegex } from './regex.ts';
import { registerSemver } from './semver.ts';
import { registerSets } from './sets.ts';
import { registerSortBy } from './sortBy.ts';
import { registerStrings } from './strings.ts';
import { registerTwoVariables } from './twoVariables.ts';
import { registerUrls } from './urls.ts';

/** What upstream adds to the language, for all expressions (`MustBaseEnvSet` of 1.36). */
export function registerLibraries(environment: Environment): void {
  registerConversions(environment);
  registerStrings(environment);
  registerRegex(environment);
  registerLists(environment);
  registerSortBy(environment);
  registerSets(environment);
  registerOptionals(environment);
  registerTwoVariables(environment);
  registerQuantities(environment);
  registerSemver(environment);
  registerIps(environment);
  registerCidrs(environment);
  registerUrls(environment);
  registerFormats(environment);
}
