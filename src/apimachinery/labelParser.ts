import { badRequest } from './errors.ts';
import { errorMessage } from './fieldErrors.ts';
import {
  checkRequirement,
  keyErrors,
  type LabelOperator,
  type LabelRequirement,
} from './labelRequirement.ts';

/** The requirements of `a=b,c!=d,e in (x,y)`; throws 400 with upstream's message. */
export const parseRequirements = (text: string): LabelRequirement[] => new Parser(text).requirements();

const BINARY_OPERATORS: ReadonlyMap<string, LabelOperator> = new Map([
  ['in', 'in'],
  ['notin', 'notin'],
  ['=', '='],
  ['==', '=='],
  ['!=', '!='],
  ['>', 'gt'],
  ['<', 'lt'],
]);

const END = '';
const TOKEN = /==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+/g;
const SYMBOLS = new Set(['==', '!=', '=', '!', '(', ')', ',', '<', '>', END]);
const isIdentifier = (token: string) => !SYMBOLS.has(token);

/** By recursive descent, failing at the same token with the same words as upstream's parser. */
class Parser {
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = text.match(TOKEN) ?? [];
  }

  requirements(): LabelRequirement[] {
    const found: LabelRequirement[] = [];
    while (this.#peek() !== END) {
      if (!isIdentifier(this.#peek()) && this.#peek() !== '!') {
        throw unexpected(this.#peek(), ", expected: !, identifier, or 'end of string'");
      }
      found.push(this.#checkedRequirement());
      this.#separator();
    }
    return found;
  }

  #peek = (): string => this.#tokens[this.#position] ?? END;
  #take = (): string => this.#tokens[this.#position++] ?? END;

  #separator(): void {
    const token = this.#take();
    if (token === END) return;
    if (token !== ',') throw unexpected(token, ", expected: ',' or 'end of string'");
    const next = this.#peek();
    if (!isIdentifier(next) && next !== '!') throw unexpected(next, ", expected: identifier after ','");
  }

  #checkedRequirement(): LabelRequirement {
    try {
      const requirement = this.#requirement();
      checkRequirement(requirement);
      return requirement;
    } catch (error) {
      throw badRequest(`unable to parse requirement: ${(error as Error).message}`);
    }
  }

  #requirement(): LabelRequirement {
    const isNegated = this.#peek() === '!';
    if (isNegated) this.#take();
    const key = this.#key();
    const next = this.#peek();
    if (next === END || next === ',') return { key, operator: isNegated ? '!' : 'exists', values: [] };
    const operator = this.#operator();
    const isSet = operator === 'in' || operator === 'notin';
    return { key, operator, values: isSet ? this.#set() : [this.#exactValue()] };
  }

  #key(): string {
    const key = this.#take();
    if (!isIdentifier(key)) throw unexpected(key, ', expected: identifier');
    const [error] = keyErrors('<nil>', key);
    if (error) throw badRequest(errorMessage(error));
    return key;
  }

  #operator(): LabelOperator {
    const token = this.#take();
    const operator = BINARY_OPERATORS.get(token);
    if (!operator) throw unexpected(token, ', expected: in, notin, =, ==, !=, gt, lt');
    return operator;
  }

  #exactValue(): string {
    const next = this.#peek();
    if (next === END || next === ',') return '';
    if (!isIdentifier(next)) throw unexpected(next, ', expected: identifier');
    return this.#take();
  }

  #set(): string[] {
    const open = this.#take();
    if (open !== '(') throw unexpected(open, " expected: '('");
    const first = this.#peek();
    if (first === ')') {
      this.#take();
      return [''];
    }
    if (!isIdentifier(first) && first !== ',') throw unexpected(first, ", expected: ',', ')' or identifier");
    const members = this.#members();
    this.#take();
    return members;
  }

  /** The members up to the closing parenthesis; an empty place between two commas is the empty value. */
  #members(): string[] {
    const members = new Set<string>();
    for (;;) {
      const token = this.#take();
      const next = this.#peek();
      if (isIdentifier(token)) {
        members.add(token);
        if (next !== ',' && next !== ')') throw unexpected(next, ", expected: ',' or ')'");
      } else if (token === ',') {
        if (members.size === 0 || next === ',' || next === ')') members.add('');
      } else throw unexpected(token, ", expected: ',', or identifier");
      if (next === ')') return [...members].sort();
    }
  }
}

const unexpected = (token: string, rest: string) => badRequest(`found '${token}'${rest}`);
