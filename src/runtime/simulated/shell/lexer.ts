import { type Command, type Redirect, UnknownSyntax, type Word, type WordPart } from './syntax.ts';

export type Token =
  | { readonly kind: 'word'; readonly word: Word; readonly plain: string | undefined }
  | { readonly kind: 'operator'; readonly text: string }
  | {
      readonly kind: 'redirect';
      readonly operator: Redirect['operator'];
      readonly from: number | undefined;
    };

const OPERATORS = ['&&', '||', ';;', ';', '&', '|', '\n', '(', ')'];
const REDIRECT = /(\d?)(>>|>&|&>|>\||>|<)/y;
const VARIABLE = /\$(?:([A-Za-z_]\w*|[?#$!@*0-9])|\{([A-Za-z_]\w*|[?#@*0-9])(?::?-([^}]*))?\})/y;
const ELEMENT = /\$\{(#?)([A-Za-z_]\w*)\[([^\]]+)\]\}/y;
const TRIMMED = /\$\{([A-Za-z_]\w*)(##?|%%?)([^}$`]*)\}/y;
const ENDS_WORD = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')']);

/** Cuts a script into tokens. `parseScript` reads what stands in `$(…)`. */
export class Lexer {
  readonly #text: string;
  readonly #parseScript: (script: string) => Command;
  #at = 0;

  constructor(text: string, parseScript: (script: string) => Command) {
    this.#text = text;
    this.#parseScript = parseScript;
  }

  tokens(): Token[] {
    const tokens: Token[] = [];
    for (let token = this.#next(); token; token = this.#next()) tokens.push(token);
    return tokens;
  }

  #next(): Token | undefined {
    this.#skipBlanks();
    if (this.#at >= this.#text.length) return undefined;
    return this.#redirect() ?? this.#operator() ?? this.#word();
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === ' ' || char === '\t' || char === '\r') this.#at++;
      else if (char === '\\' && this.#text[this.#at + 1] === '\n') this.#at += 2;
      else if (char === '#') this.#skipTo('\n');
      else return;
    }
  }

  #skipTo(end: string): void {
    const found = this.#text.indexOf(end, this.#at);
    this.#at = found < 0 ? this.#text.length : found;
  }

  #redirect(): Token | undefined {
    REDIRECT.lastIndex = this.#at;
    const match = REDIRECT.exec(this.#text);
    if (!match) return undefined;
    if (this.#text.startsWith('<<', this.#at)) throw new UnknownSyntax('here-document');
    this.#at += match[0].length;
    const operator = match[2] === '>|' ? '>' : (match[2] as Redirect['operator']);
    return { kind: 'redirect', operator, from: match[1] ? Number(match[1]) : undefined };
  }

  #operator(): Token | undefined {
    const text = OPERATORS.find((operator) => this.#text.startsWith(operator, this.#at));
    if (!text) return undefined;
    this.#at += text.length;
    return { kind: 'operator', text };
  }

  #word(): Token {
    const parts: WordPart[] = [];
    while (this.#at < this.#text.length && !ENDS_WORD.has(this.#text[this.#at]!)) this.#part(parts);
    const only = parts.length === 1 ? parts[0] : undefined;
    return {
      kind: 'word',
      word: parts,
      plain: only?.kind === 'text' && !only.quoted ? only.text : undefined,
    };
  }

  #part(parts: WordPart[]): void {
    const char = this.#text[this.#at]!;
    if (char === "'") this.#singleQuoted(parts);
    else if (char === '"') this.#doubleQuoted(parts);
    else if (char === '\\') {
      if (this.#text[this.#at + 1] !== '\n') addText(parts, this.#text[this.#at + 1] ?? '', true);
      this.#at += 2;
    } else if (char === '$' || char === '`') this.#substitution(parts, false);
    else {
      addText(parts, char, false);
      this.#at++;
    }
  }

  #singleQuoted(parts: WordPart[]): void {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new UnknownSyntax('a quote is not closed');
    addText(parts, this.#text.slice(this.#at + 1, end), true);
    this.#at = end + 1;
  }

  #doubleQuoted(parts: WordPart[]): void {
    addText(parts, '', true);
    this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new UnknownSyntax('a quote is not closed');
      if (char === '"') break;
      if (char === '$' || char === '`') this.#substitution(parts, true);
      else if (char === '\\' && '$`"\\\n'.includes(this.#text[this.#at + 1] ?? ' ')) {
        if (this.#text[this.#at + 1] !== '\n') addText(parts, this.#text[this.#at + 1]!, true);
        this.#at += 2;
      } else {
        addText(parts, char, true);
        this.#at++;
      }
    }
    this.#at++;
  }

  #substitution(parts: WordPart[], quoted: boolean): void {
    if (this.#text.startsWith('$((', this.#at)) {
      const expression = this.#balanced(2).slice(1, -1);
      parts.push({ kind: 'arithmetic', expression, quoted });
    } else if (this.#text.startsWith('$(', this.#at)) {
      parts.push({ kind: 'command', script: this.#parseScript(this.#balanced(1)), quoted });
    } else if (this.#text[this.#at] === '`') {
      const end = this.#text.indexOf('`', this.#at + 1);
      if (end < 0) throw new UnknownSyntax('a backquote is not closed');
      parts.push({ kind: 'command', script: this.#parseScript(this.#text.slice(this.#at + 1, end)), quoted });
      this.#at = end + 1;
    } else this.#variable(parts, quoted);
  }

  #variable(parts: WordPart[], quoted: boolean): void {
    if (this.#element(parts, quoted) || this.#trimmed(parts, quoted)) return;
    VARIABLE.lastIndex = this.#at;
    const match = VARIABLE.exec(this.#text);
    if (match) {
      parts.push({ kind: 'variable', name: (match[1] ?? match[2])!, fallback: match[3] ?? '', quoted });
      this.#at += match[0].length;
      return;
    }
    if (this.#text[this.#at + 1] === '{') throw new UnknownSyntax('a parameter expansion');
    addText(parts, '$', quoted);
    this.#at++;
  }

  #element(parts: WordPart[], quoted: boolean): boolean {
    ELEMENT.lastIndex = this.#at;
    const match = ELEMENT.exec(this.#text);
    if (!match) return false;
    parts.push({ kind: 'element', name: match[2]!, index: match[3]!, isCount: match[1] === '#', quoted });
    this.#at += match[0].length;
    return true;
  }

  #trimmed(parts: WordPart[], quoted: boolean): boolean {
    TRIMMED.lastIndex = this.#at;
    const match = TRIMMED.exec(this.#text);
    if (!match) return false;
    const operator = match[2] as '#' | '##' | '%' | '%%';
    parts.push({ kind: 'trimmed', name: match[1]!, operator, pattern: match[3]!, quoted });
    this.#at += match[0].length;
    return true;
  }

  /** What stands between `$(` and its `)`; for `$((…))` with the inner parentheses. */
  #balanced(depthOfOpening: number): string {
    const start = this.#at + 2;
    let depth = 1;
    for (let at = start; at < this.#text.length; at++) {
      const char = this.#text[at];
      if (char === '(') depth++;
      if (char === ')' && --depth === 0) {
        this.#at = at + 1;
        return this.#text.slice(start, at);
      }
    }
    throw new UnknownSyntax(`${depthOfOpening === 2 ? '$((' : '$('} is not closed`);
  }
}

function addText(parts: WordPart[], text: string, quoted: boolean): void {
  const last = parts.at(-1);
  if (last?.kind === 'text' && last.quoted === quoted) {
    parts[parts.length - 1] = { kind: 'text', text: last.text + text, quoted };
  } else parts.push({ kind: 'text', text, quoted });
}
