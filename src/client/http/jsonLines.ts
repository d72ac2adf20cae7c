import { StringDecoder } from 'node:string_decoder';

/** Values from a stream of JSON lines, however it is cut into pieces: in the middle of a line, or of a letter. */
export class JsonLines {
  readonly #decoder = new StringDecoder('utf8');
  /** The beginning of a line whose end has not come. */
  readonly #begun: string[] = [];

  /** The values that are complete with these bytes. Throws a `SyntaxError` for what is not JSON. */
  push(bytes: Buffer): unknown[] {
    const text = this.#decoder.write(bytes);
    const values: unknown[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = this.#finish(text.slice(start, end));
      if (line.trim() !== '') values.push(JSON.parse(line));
      start = end + 1;
    }
    if (start < text.length) this.#begun.push(text.slice(start));
    return values;
  }

  #finish(rest: string): string {
    if (this.#begun.length === 0) return rest;
    this.#begun.push(rest);
    return this.#begun.splice(0).join('');
  }
}
