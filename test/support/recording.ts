import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { Api, Json } from './api.ts';
import { clock, type Waiting, within } from './waiting.ts';

export interface RecordedEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Json;
  /** When it came, in milliseconds of the machine's clock. */
  readonly at: number;
}

/** Every event of a collection, through a real watch, from an empty start. */
export class Recording {
  readonly events: RecordedEvent[] = [];
  readonly #path: string;
  readonly #response: IncomingMessage;
  readonly #objects = new Map<string, Json>();
  readonly #listeners = new Set<() => void>();
  #end: string | undefined;

  private constructor(path: string, response: IncomingMessage) {
    this.#path = path;
    this.#response = response;
    const lines = createInterface({ input: response });
    lines.on('line', (line) => this.#take(JSON.parse(line)));
    lines.on('close', () => this.#finish('the server ended it'));
    for (const source of [lines, response]) source.on('error', (error: Error) => this.#finish(error.message));
  }

  /** Begins with the objects that are there, as ADDED. */
  static async start(api: Pick<Api, 'open'>, path: string): Promise<Recording> {
    const response = await api.open({ path: `${path}${path.includes('?') ? '&' : '?'}watch=true` });
    if (response.statusCode !== 200) throw new Error(`Cannot watch ${path}: ${response.statusCode}`);
    return new Recording(path, response);
  }

  /** The objects as the watch has them now. */
  get objects(): Json[] {
    return [...this.#objects.values()];
  }

  /** Waits until the objects are as the condition wants them, and returns them. */
  until(what: string, condition: (objects: Json[]) => boolean, waiting?: Waiting): Promise<Json[]> {
    const { promise, resolve, reject } = Promise.withResolvers<Json[]>();
    const look = () => {
      const isMet = condition(this.objects);
      if (!isMet && this.#end === undefined) return;
      this.#listeners.delete(look);
      if (isMet) resolve(this.objects);
      else reject(new Error(`The watch of ${this.#path} is over (${this.#end}) before ${what}`));
    };
    this.#listeners.add(look);
    look();
    return within(promise, () => `${what}; there is ${this.#inWords()}`, waiting).finally(() =>
      this.#listeners.delete(look),
    );
  }

  stop(): void {
    this.#response.destroy();
  }

  #take({ type, object }: { type: string; object: Json }) {
    if (type === 'ERROR') return this.#finish(JSON.stringify(object));
    if (type === 'BOOKMARK') return;
    this.events.push({ type: type as RecordedEvent['type'], object, at: clock.now() });
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    if (type === 'DELETED') this.#objects.delete(key);
    else this.#objects.set(key, object);
    this.#wake();
  }

  #finish(why: string) {
    this.#end ??= why;
    this.#wake();
  }

  #wake() {
    for (const listener of [...this.#listeners]) listener();
  }

  #inWords() {
    return this.objects
      .map(({ metadata, status }) => `${metadata.name} ${JSON.stringify(status)}`)
      .join('\n');
  }
}
