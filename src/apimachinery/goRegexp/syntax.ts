import { classOf, posixClass } from './classes.ts';
import { RegexpError } from './regexpError.ts';

/** A regular expression, read. */
export type Node =
  | { readonly kind: 'letter'; readonly matches: (codePoint: number) => boolean }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly among: readonly Node[] }
  | {
      readonly kind: 'repetition';
      readonly of: Node;
      readonly min: number;
      readonly max: number;
      readonly isGreedy: boolean;
    };

export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary';

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
  readonly ungreedy: boolean;
}

const NO_FLAGS: Flags = { ignoreCase: false, multiLine: false, dotAll: false, ungreedy: false };
const FLAG_NAMES: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  m: 'multiLine',
  s: 'dotAll',
  U: 'ungreedy',
};
const MAX_REPEATS = 1000;
const MAX_NESTING = 250;

export const parseRegexp = (source: string): Node => new Parser(source).parse();

class Parser {
  readonly #source: string;
  #place = 0;
  #flags = NO_FLAGS;
  #nesting = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#place < this.#source.length) throw new RegexpError('unexpected )', this.#source);
    return node;
  }

  get #rest(): string {
    return this.#source.slice(this.#place);
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#place;
    const found = pattern.exec(this.#source);
    if (!found) return undefined;
    this.#place = pattern.lastIndex;
    return found;
  }

  #choice(): Node {
    if (++this.#nesting > MAX_NESTING) throw new RegexpError('expression nests too deeply', this.#source);
    const among = [this.#sequence()];
    while (this.#take(/\|/y)) among.push(this.#sequence());
    this.#nesting--;
    return among.length === 1 ? among[0]! : { kind: 'choice', among };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#place < this.#source.length && !/[|)]/.test(this.#source[this.#place]!)) {
      const atom = this.#atom();
      if (atom) parts.push(this.#repeated(atom));
    }
    return { kind: 'sequence', parts };
  }

  /** Undefined for flags that hold from here on. */
  #atom(): Node | undefined {
    if (this.#take(/\(/y)) return this.#group();
    if (this.#take(/\^/y)) return assertion(this.#flags.multiLine ? 'lineStart' : 'textStart');
    if (this.#take(/\$/y)) return assertion(this.#flags.multiLine ? 'lineEnd' : 'textEnd');
    if (this.#take(/\./y)) return letter(this.#flags.dotAll ? () => true : (codePoint) => codePoint !== 10);
    const repetition = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.#rest)?.[0];
    if (repetition) throw new RegexpError('missing argument to repetition operator', repetition);
    if (this.#source[this.#place] === '[') return this.#letterIn(this.#bracket());
    return this.#source[this.#place] === '\\' ? this.#escape() : this.#plain();
  }

  #plain(): Node {
    const [text] = this.#take(/[\s\S]/uy)!;
    const codePoint = text.codePointAt(0)!;
    if (this.#flags.ignoreCase && text.toLowerCase() !== text.toUpperCase()) {
      return this.#letterIn(`[${text.replace(/[\\\]^-]/, '\\$&')}]`);
    }
    return letter((given) => given === codePoint);
  }

  #group(): Node | undefined {
    const before = this.#flags;
    const flags = this.#take(/\?([imsU]*)(?:-([imsU]+))?([:)])/y);
    if (flags) {
      this.#flags = withFlags(before, flags[1]!, flags[2] ?? '');
      if (flags[3] === ')') return undefined;
    } else if (!this.#take(/\?P?<[A-Za-z_]\w*>/y) && this.#source[this.#place] === '?') {
      throw new RegexpError('invalid or unsupported Perl syntax', `(${this.#rest.slice(0, 2)}`);
    }
    const node = this.#choice();
    if (!this.#take(/\)/y)) throw new RegexpError('missing closing )', this.#source);
    this.#flags = before;
    return node;
  }

  #repeated(of: Node): Node {
    const found = this.#take(/([*+?]|\{(\d+)(,?)(\d*)\})(\??)/y);
    if (!found) return of;
    const [text, operator = '', low, comma, high, lazy] = found;
    const again = /^[*+?]/.exec(this.#rest)?.[0];
    if (again) throw new RegexpError('invalid nested repetition operator', text + again);
    const [min, max] = low === undefined ? RANGES[operator]! : rangeOf(low, comma!, high!);
    if (min > MAX_REPEATS || (max > MAX_REPEATS && max !== Number.POSITIVE_INFINITY) || min > max) {
      throw new RegexpError('invalid repeat count', operator);
    }
    return { kind: 'repetition', of, min, max, isGreedy: (lazy === '') !== this.#flags.ungreedy };
  }

  #escape(): Node {
    const quoted = this.#take(/\\Q([\s\S]*?)(?:\\E|$)/y);
    if (quoted) {
      const parts = Array.from(quoted[1]!, (each) => letter((given) => given === each.codePointAt(0)));
      return { kind: 'sequence', parts };
    }
    const asserted = this.#take(/\\([AzbB])/y)?.[1];
    if (asserted) return assertion(ASSERTIONS[asserted]!);
    return this.#letterIn(`[${this.#escaped()}]`);
  }

  /** A letter or a class of them, as JavaScript writes it. */
  #escaped(): string {
    const known = this.#take(/\\(?:[dDsSwW]|[pP](?:[A-Z]|\{\^?\w+\}))/y)?.[0];
    if (known) return classOf(known);
    const code = this.#take(/\\(?:x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|([0-7]{3}))/y);
    if (code) return `\\u{${Number.parseInt(code[1] ?? code[2] ?? code[3]!, code[3] ? 8 : 16).toString(16)}}`;
    const control = this.#take(/\\([aftnrv])/y)?.[1];
    if (control) return control === 'a' ? '\\x07' : `\\${control}`;
    const punctuation = this.#take(/\\([!-/:-@[-`{-~])/y)?.[1];
    if (punctuation) return `\\u{${punctuation.codePointAt(0)!.toString(16)}}`;
    if (this.#rest === '\\') throw new RegexpError('trailing backslash at end of expression', '');
    throw new RegexpError('invalid escape sequence', this.#rest.slice(0, 2));
  }

  /** A class in brackets, as JavaScript writes it. */
  #bracket(): string {
    const from = this.#place;
    const [opening] = this.#take(/\[\^?/y)!;
    let text = opening;
    for (let isFirst = true; isFirst || this.#source[this.#place] !== ']'; isFirst = false) {
      if (this.#place >= this.#source.length)
        throw new RegexpError('missing closing ]', this.#source.slice(from));
      const posix = this.#take(/\[:(\^?)(\w+):\]/y);
      if (posix) text += posixClass(posix[0], posix[2]!, posix[1] === '^');
      else if (this.#source[this.#place] === '\\') text += this.#escaped();
      else {
        const [plain] = this.#take(/[\s\S]/uy)!;
        text +=
          plain === '-' || !/[!-/:-@[-`{-~]/.test(plain)
            ? plain
            : `\\u{${plain.codePointAt(0)!.toString(16)}}`;
      }
    }
    this.#place++;
    // A dash that stands for itself: at an end, where it is no range.
    return `${text.replace(/^(\[\^?)-/, '$1\\-').replace(/-$/, '\\-')}]`;
  }

  #letterIn(set: string): Node {
    let pattern: RegExp;
    try {
      pattern = new RegExp(`^${set}$`, this.#flags.ignoreCase ? 'iu' : 'u');
    } catch {
      throw new RegexpError('invalid character class range', set);
    }
    const ascii = Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCodePoint(code)));
    return letter((given) => ascii[given] ?? pattern.test(String.fromCodePoint(given)));
  }
}

const letter = (matches: (codePoint: number) => boolean): Node => ({ kind: 'letter', matches });
const assertion = (what: Assertion): Node => ({ kind: 'assertion', what });

const RANGES: Readonly<Record<string, [number, number]>> = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
};

function rangeOf(low: string, comma: string, high: string): [number, number] {
  const min = Number(low);
  if (!comma) return [min, min];
  return [min, high === '' ? Number.POSITIVE_INFINITY : Number(high)];
}

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'textStart',
  z: 'textEnd',
  b: 'wordBoundary',
  B: 'noWordBoundary',
};

function withFlags(flags: Flags, set: string, cleared: string): Flags {
  const next = { ...flags };
  for (const name of set) next[FLAG_NAMES[name]!] = true;
  for (const name of cleared) next[FLAG_NAMES[name]!] = false;
  return next;
}
