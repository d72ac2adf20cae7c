/** Upstream reports at most so many unknown and duplicate fields of one object. */
const MAX_UNKNOWN_FIELDS = 100;

/**
 * Where a decoder stands in an object, and what it has found wrong. The first wrong type is kept and decoding
 * goes on, as in upstream's decoder; a value that its own type cannot read (a time, a quantity) ends it.
 */
export class DecodeTrail {
  /** The Go name of the structure whose field is being read. */
  owner = '';
  readonly unknownFields = new Set<string>();
  #steps: (string | number)[] = [];
  #mismatch: string | undefined;
  #ending: string | undefined;

  enter(step: string | number): void {
    this.#steps.push(step);
  }

  leave(): void {
    this.#steps.pop();
  }

  unknown(field: string): void {
    if (this.unknownFields.size < MAX_UNKNOWN_FIELDS) this.unknownFields.add(this.#path(field));
  }

  /** `json: cannot unmarshal string into Go struct field DaemonSetSpec.spec.minReadySeconds of type int32` */
  mismatch(what: string, goType: string): undefined {
    this.#mismatch ??= `json: cannot unmarshal ${what} into Go ${this.#goPlace()} of type ${goType}`;
    return undefined;
  }

  /** A failure that has no place, such as broken base64. */
  fail(message: string): undefined {
    this.#mismatch ??= message;
    return undefined;
  }

  /** A failure of a type that reads itself. It outweighs what was found before. */
  failAtOnce(message: string): undefined {
    this.#ending ??= message;
    return undefined;
  }

  /** Like `mismatch`, inside a type that reads itself. */
  mismatchAtOnce(what: string, goType: string): undefined {
    return this.failAtOnce(`json: cannot unmarshal ${what} into Go ${this.#goPlace()} of type ${goType}`);
  }

  /** What is wrong with the object, in the words of Go's decoder. */
  get problem(): string | undefined {
    return this.#ending ?? this.#mismatch;
  }

  /** Go names fields only: no index, no key of a map. */
  #goPlace(): string {
    const fields = this.#steps.filter((step) => typeof step === 'string');
    return fields.length === 0 ? 'value' : `struct field ${this.owner}.${fields.join('.')}`;
  }

  #path(field: string): string {
    let path = '';
    for (const step of [...this.#steps, field]) {
      path += typeof step === 'number' ? `[${step}]` : path ? `.${step}` : step;
    }
    return path;
  }
}

/** What Go calls a value of JSON in its messages; numbers carry their text where the type is numeric. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
