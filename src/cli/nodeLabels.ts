import { InvalidArgumentError } from 'commander';
import { labelValue, qualifiedName } from '../apimachinery/nameRules.ts';
import { setOwn } from '../apimachinery/object.ts';

type Labels = Readonly<Record<string, string>>;

/** Reads `disk=ssd,zone=b`, and adds it to what was given before. Throws with a line for the user. */
export function parseNodeLabels(text: string, before: Labels = {}): Labels {
  const labels: Record<string, string> = { ...before };
  for (const pair of text.split(',')) {
    const [key = '', value, ...more] = pair.split('=');
    if (value === undefined || more.length > 0)
      throw new InvalidArgumentError(`"${pair}" must be <key>=<value>.`);
    const [problem] = [...qualifiedName(key), ...labelValue(value)];
    if (problem) throw new InvalidArgumentError(`"${pair}": ${problem}.`);
    setOwn(labels, key, value);
  }
  return labels;
}
