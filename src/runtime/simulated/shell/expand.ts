import { evaluate } from './arithmetic.ts';
import { trimmed } from './pattern.ts';
import type { Run, Shell } from './shell.ts';
import type { Command, Word, WordPart } from './syntax.ts';

type RunCommand = (shell: Shell, command: Command) => Run;

const MOST_WORDS = 10_000;

/** The words that a list of words becomes: variables and `$(…)` put in, what is not quoted cut at blanks. */
export function* expandWords(shell: Shell, words: readonly Word[], run: RunCommand): Run<string[]> {
  const expanded: string[] = [];
  for (const word of words) {
    if (expanded.length > MOST_WORDS) break;
    expanded.push(...(yield* expandWord(shell, word, run)));
  }
  return expanded;
}

/** The one text that a word becomes, blanks and all (in assignments and as a target). */
export function* expandText(shell: Shell, word: Word, run: RunCommand): Run<string> {
  let text = '';
  for (const part of word) text += yield* textOf(shell, part, run);
  return text;
}

function* expandWord(shell: Shell, word: Word, run: RunCommand): Run<string[]> {
  const elements = wholeArray(shell, word);
  if (elements) return [...elements];
  const words: string[] = [];
  let current: string | undefined;
  for (const part of word) {
    const text = yield* textOf(shell, part, run);
    if (part.quoted || part.kind === 'text') {
      current = (current ?? '') + text;
      continue;
    }
    const fields = text.split(/[ \t\n]+/);
    current = (current ?? '') + fields[0];
    for (const field of fields.slice(1)) {
      if (current) words.push(current);
      current = field;
    }
    if (current === '' && fields.length === 1) current = undefined;
  }
  if (current !== undefined && (current !== '' || word.some((part) => part.quoted))) words.push(current);
  return words;
}

function* textOf(shell: Shell, part: WordPart, run: RunCommand): Run<string> {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'variable':
      return shell.variable(part.name) || part.fallback;
    case 'element':
      return elementText(shell, part);
    case 'trimmed':
      return trimmed(shell.variable(part.name) ?? '', part.operator, part.pattern);
    case 'arithmetic':
      return String(evaluate(part.expression, (name) => shell.variable(name) ?? ''));
    case 'command': {
      const { text } = yield* shell.captured(() => run(shell, part.script));
      return withoutLastLineEnds(text);
    }
  }
}

/** `"${name[@]}"`: a word for each element, blanks and all. */
function wholeArray(shell: Shell, word: Word): readonly string[] | undefined {
  const [part, ...others] = word.filter((each) => each.kind !== 'text' || each.text !== '');
  const isWhole = part?.kind === 'element' && part.index === '@' && !part.isCount && part.quoted;
  return isWhole && others.length === 0 ? elementsOf(shell, part.name) : undefined;
}

function elementText(shell: Shell, { name, index, isCount }: WordPart & { kind: 'element' }): string {
  const elements = elementsOf(shell, name);
  if (index !== '@' && index !== '*') {
    const element = elements[evaluate(index, (variable) => shell.variable(variable) ?? '')] ?? '';
    return isCount ? String(element.length) : element;
  }
  return isCount ? String(elements.length) : elements.join(' ');
}

/** A plain variable is an array of one. */
function elementsOf(shell: Shell, name: string): readonly string[] {
  const value = shell.variable(name);
  return shell.arrays.get(name) ?? (value === undefined ? [] : [value]);
}

function withoutLastLineEnds(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\n') end--;
  return text.slice(0, end);
}
