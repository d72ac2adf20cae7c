const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };
const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** What Go says of a text that is not JSON: `invalid character '}' looking for beginning of value`. */
export function describeJsonError(text: string): string {
  try {
    new JsonSyntax(text).read();
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
  return 'invalid character in JSON';
}

/** Reads JSON only to find the first character that does not belong, without recursion. */
class JsonSyntax {
  readonly #text: string;
  #at = 0;
  readonly #open: ('{' | '[')[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): void {
    let valueIsDue = true;
    while (valueIsDue || this.#open.length > 0) {
      valueIsDue = valueIsDue ? this.#value() : this.#afterValue();
    }
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
  }

  /** True when it opened a list or an object whose first value is due. */
  #value(): boolean {
    this.#skipSpace();
    const first = this.#peek();
    if (first === '{') return this.#openObject();
    if (first === '[') return this.#openList();
    if (first === '"') this.#string();
    else if (first === '-' || (first >= '0' && first <= '9')) this.#number();
    else if (LITERALS[first]) this.#literal(LITERALS[first]);
    else this.#fail('looking for beginning of value');
    return false;
  }

  #openObject(): boolean {
    this.#at++;
    this.#skipSpace();
    if (this.#peek() === '}') return this.#step();
    this.#open.push('{');
    this.#member();
    return true;
  }

  #openList(): boolean {
    this.#at++;
    this.#skipSpace();
    if (this.#peek() === ']') return this.#step();
    this.#open.push('[');
    return true;
  }

  #member(): void {
    this.#skipSpace();
    if (this.#peek() !== '"') this.#fail('looking for beginning of object key string');
    this.#string();
    this.#skipSpace();
    if (this.#peek() !== ':') this.#fail('after object key');
    this.#at++;
  }

  /** Between the values of whatever is open. True when another value is due. */
  #afterValue(): boolean {
    this.#skipSpace();
    const inObject = this.#open.at(-1) === '{';
    const next = this.#peek();
    if (next === (inObject ? '}' : ']')) {
      this.#open.pop();
      return this.#step();
    }
    if (next !== ',') this.#fail(inObject ? 'after object key:value pair' : 'after array element');
    this.#at++;
    if (inObject) this.#member();
    return true;
  }

  #step(): false {
    this.#at++;
    return false;
  }

  #string(): void {
    for (this.#at++; this.#peek() !== '"'; this.#at++) {
      if (this.#peek() < ' ') this.#fail('in string literal');
      if (this.#peek() === '\\') this.#escape();
    }
    this.#at++;
  }

  #escape(): void {
    this.#at++;
    if (this.#peek() === 'u') {
      for (let digit = 0; digit < 4; digit++) {
        this.#at++;
        if (!/[0-9a-fA-F]/.test(this.#peek())) this.#fail('in \\u hexadecimal character escape');
      }
    } else if (!'bfnrt\\/"'.includes(this.#peek())) this.#fail('in string escape code');
  }

  #number(): void {
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text)?.[0] ?? '-';
    this.#at += number.length;
    const next = this.#text.charAt(this.#at);
    if (number === '-') this.#fail('in numeric literal');
    if (next === '.' && !/[.eE]/.test(number)) this.#failAfter(1, 'after decimal point in numeric literal');
    if (/[eE]/.test(next) && !/[eE]/.test(number)) {
      const signed = /[+-]/.test(this.#text.charAt(this.#at + 1));
      this.#failAfter(signed ? 2 : 1, 'in exponent of numeric literal');
    }
  }

  #literal(literal: string): void {
    for (const expected of literal) {
      if (this.#peek() !== expected) this.#fail(`in literal ${literal} (expecting '${expected}')`);
      this.#at++;
    }
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #peek(): string {
    if (this.#at >= this.#text.length) throw new SyntaxError('unexpected end of JSON input');
    return this.#text.charAt(this.#at);
  }

  #failAfter(characters: number, where: string): never {
    this.#at += characters;
    return this.#fail(where);
  }

  #fail(where: string): never {
    throw new SyntaxError(`invalid character ${quoteCharacter(this.#peek())} ${where}`);
  }
}

/** Go reports a byte, so of a character beyond ASCII only the first byte is named. */
function quoteCharacter(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  const byte = Buffer.from(character)[0]!;
  if (byte >= 0xa0) return `'${String.fromCharCode(byte)}'`;
  const code = byte.toString(16).padStart(byte < 0x80 ? 2 : 4, '0');
  const escaped = JSON.stringify(character).slice(1, -1);
  if (byte >= 0x20 && byte < 0x7f) return `'${escaped}'`;
  return escaped.length === 2 ? `'${escaped}'` : `'\\${byte < 0x80 ? 'x' : 'u'}${code}'`;
}
