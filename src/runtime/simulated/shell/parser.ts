import { Lexer, type Token } from './lexer.ts';
import {
  type Assignment,
  type Branch,
  type Command,
  type Redirect,
  UnknownSyntax,
  type Word,
} from './syntax.ts';

/** Scripts are written by people; what is longer or deeper than this is no script that we could follow. */
const LONGEST_SCRIPT = 65_536;
const DEEPEST_NESTING = 50;

const ASSIGNMENT = /^([A-Za-z_]\w*)=/;
const CLOSING_WORDS = new Set(['do', 'done', 'then', 'elif', 'else', 'fi', '}', 'esac']);
const UNKNOWN_WORDS = new Set(['case', 'function', 'select']);

/** Reads a script. Throws `UnknownSyntax` for what this shell does not know. */
export const parseScript = (text: string): Command => new Parser(text, 0).script();

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth: number;

  constructor(text: string, depth: number) {
    if (text.length > LONGEST_SCRIPT || depth > DEEPEST_NESTING)
      throw new UnknownSyntax('the script is too big');
    this.#depth = depth;
    this.#tokens = new Lexer(text, (script) => new Parser(script, depth + 1).script()).tokens();
  }

  script(): Command {
    const command = this.#sequence();
    if (this.#at < this.#tokens.length) throw new UnknownSyntax('unexpected token');
    return command;
  }

  #sequence(): Command {
    if (++this.#depth > DEEPEST_NESTING) throw new UnknownSyntax('the script is too deep');
    const commands: Command[] = [];
    for (;;) {
      while (this.#takeOperator(';', '\n', '&'));
      if (this.#isAtEnd()) break;
      commands.push(this.#andOr());
      if (!this.#isAtEnd() && !this.#takeOperator(';', '\n', '&'))
        throw new UnknownSyntax('unexpected token');
    }
    this.#depth--;
    return commands.length === 1 ? commands[0]! : { kind: 'sequence', commands };
  }

  #isAtEnd(): boolean {
    const token = this.#tokens[this.#at];
    if (!token) return true;
    if (token.kind === 'operator') return token.text === ')' || token.text === ';;';
    return token.kind === 'word' && token.plain !== undefined && CLOSING_WORDS.has(token.plain);
  }

  #andOr(): Command {
    let left = this.#pipeline();
    for (;;) {
      const operator = this.#takeOperator('&&', '||');
      if (!operator) return left;
      while (this.#takeOperator('\n'));
      left = { kind: operator === '&&' ? 'and' : 'or', left, right: this.#pipeline() };
    }
  }

  #pipeline(): Command {
    let isNegated = false;
    while (this.#takeWord('!')) isNegated = !isNegated;
    const command = this.#pipedCommands();
    return isNegated ? { kind: 'not', command } : command;
  }

  #pipedCommands(): Command {
    const commands = [this.#command()];
    while (this.#takeOperator('|')) commands.push(this.#command());
    return commands.length === 1 ? commands[0]! : { kind: 'pipeline', commands };
  }

  #command(): Command {
    const compound = this.#function() ?? this.#compound();
    if (!compound) return this.#simple();
    // What a whole loop prints goes to the log, wherever it was to go.
    while (this.#tokens[this.#at]?.kind === 'redirect') this.#at += 2;
    return compound;
  }

  /** `name() { …; }` */
  #function(): Command | undefined {
    const [word, open, close] = this.#tokens.slice(this.#at, this.#at + 3);
    if (word?.kind !== 'word' || word.plain === undefined) return undefined;
    if (open?.kind !== 'operator' || open.text !== '(') return undefined;
    if (close?.kind !== 'operator' || close.text !== ')') return undefined;
    this.#at += 3;
    while (this.#takeOperator('\n'));
    return { kind: 'function', name: word.plain, body: this.#command() };
  }

  #compound(): Command | undefined {
    if (this.#takeWord('while')) return this.#loop(false);
    if (this.#takeWord('until')) return this.#loop(true);
    if (this.#takeWord('for')) return this.#for();
    if (this.#takeWord('if')) return this.#if();
    if (this.#takeWord('{')) return this.#closedBy(() => this.#expectWord('}'));
    if (this.#takeOperator('(')) return this.#closedBy(() => this.#expectOperator(')'));
    const token = this.#tokens[this.#at];
    if (token?.kind === 'word' && UNKNOWN_WORDS.has(token.plain ?? '')) throw new UnknownSyntax(token.plain);
    return undefined;
  }

  #closedBy(expectEnd: () => void): Command {
    const body = this.#sequence();
    expectEnd();
    return body;
  }

  #loop(until: boolean): Command {
    const condition = this.#sequence();
    return { kind: 'while', until, condition, body: this.#doBody() };
  }

  #doBody(): Command {
    this.#expectWord('do');
    return this.#closedBy(() => this.#expectWord('done'));
  }

  #for(): Command {
    const variable = this.#plainWord();
    const words = this.#takeWord('in') ? this.#words() : [];
    while (this.#takeOperator(';', '\n'));
    return { kind: 'for', variable, words, body: this.#doBody() };
  }

  #words(): Word[] {
    const words: Word[] = [];
    for (let token = this.#tokens[this.#at]; token?.kind === 'word'; token = this.#tokens[this.#at]) {
      words.push(token.word);
      this.#at++;
    }
    return words;
  }

  #if(): Command {
    const branches: Branch[] = [];
    do {
      const condition = this.#sequence();
      this.#expectWord('then');
      branches.push({ condition, body: this.#sequence() });
    } while (this.#takeWord('elif'));
    const otherwise = this.#takeWord('else') ? this.#sequence() : undefined;
    this.#expectWord('fi');
    return { kind: 'if', branches, otherwise };
  }

  #simple(): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (
      let token = this.#tokens[this.#at];
      token && token.kind !== 'operator';
      token = this.#tokens[this.#at]
    ) {
      this.#at++;
      if (token.kind === 'redirect') redirects.push(this.#redirect(token));
      else if (words.length > 0) words.push(token.word);
      else if (!this.#assignment(token.word, assignments)) words.push(token.word);
    }
    if (words.length + assignments.length + redirects.length === 0)
      throw new UnknownSyntax('unexpected token');
    if (this.#peekOperator('(')) throw new UnknownSyntax('a function');
    return { kind: 'simple', assignments, words, redirects };
  }

  #redirect({ operator, from }: Token & { kind: 'redirect' }): Redirect {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'word') throw new UnknownSyntax('a redirection without a target');
    return { operator, from, target: token.word };
  }

  #assignment(word: Word, assignments: Assignment[]): boolean {
    const first = word[0];
    const match = first?.kind === 'text' && !first.quoted ? ASSIGNMENT.exec(first.text) : undefined;
    if (!match || first?.kind !== 'text') return false;
    const name = match[1]!;
    const rest = { ...first, text: first.text.slice(match[0].length) };
    const isBare = rest.text === '' && word.length === 1;
    if (isBare && this.#takeOperator('('))
      assignments.push({ kind: 'array', name, elements: this.#elements() });
    else assignments.push({ kind: 'value', name, value: [rest, ...word.slice(1)] });
    return true;
  }

  #elements(): Word[] {
    const elements: Word[] = [];
    do elements.push(...this.#words());
    while (this.#takeOperator('\n'));
    this.#expectOperator(')');
    return elements;
  }

  #takeOperator(...texts: string[]): string | undefined {
    const text = this.#peekOperator(...texts);
    if (text) this.#at++;
    return text;
  }

  #peekOperator(...texts: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    return token?.kind === 'operator' && texts.includes(token.text) ? token.text : undefined;
  }

  #takeWord(plain: string): boolean {
    const token = this.#tokens[this.#at];
    const found = token?.kind === 'word' && token.plain === plain;
    if (found) this.#at++;
    return found;
  }

  #expectWord(plain: string): void {
    if (!this.#takeWord(plain)) throw new UnknownSyntax(`"${plain}" is missing`);
  }

  #expectOperator(text: string): void {
    if (!this.#takeOperator(text)) throw new UnknownSyntax(`"${text}" is missing`);
  }

  #plainWord(): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'word' || token.plain === undefined) throw new UnknownSyntax('a name is missing');
    return token.plain;
  }
}
