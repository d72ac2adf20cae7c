import { programOf, type Step } from './program.ts';
import { type Assertion, parseRegexp } from './syntax.ts';

/** Where an expression was found in a text, from and up to which letter. */
export interface Found {
  readonly from: number;
  readonly to: number;
}

/** A way through the steps, and where in the text it began. */
interface Thread {
  readonly step: number;
  readonly from: number;
}

/**
 * A regular expression as Go's library (RE2) has it. It is followed in all its ways at once, so the time that it takes grows with the text
 * and with the expression, and never faster: no text and no expression can stall whoever asks.
 */
export class GoRegexp {
  readonly #steps: readonly Step[];
  /** It can begin only where the text does. */
  readonly #isAnchored: boolean;

  /** Throws a `RegexpError` for what cannot be read. */
  constructor(source: string) {
    this.#steps = programOf(parseRegexp(source), source);
    const [first] = this.#steps;
    this.#isAnchored = first?.kind === 'assertion' && first.what === 'textStart';
  }

  /** How many steps it has: with the length of a text, a measure of what a search costs. */
  get size(): number {
    return this.#steps.length;
  }

  test(text: string): boolean {
    return this.find(text, 0, true) !== undefined;
  }

  /** All that is found, one after the other; an empty find right after another is none. */
  *findAll(text: string): Generator<Found> {
    let after = -1;
    for (let place = 0; place <= text.length; ) {
      const found = this.find(text, place);
      if (!found) return;
      if (found.to > found.from || found.from !== after) yield found;
      after = found.to;
      place = found.to > found.from ? found.to : found.to + widthAt(text, found.to);
    }
  }

  /** The leftmost place where it is found, and there what the expression prefers. `isEnough`: any place will do. */
  find(text: string, start = 0, isEnough = false): Found | undefined {
    let threads: Thread[] = [];
    let best: Found | undefined;
    const seen = new Int32Array(this.#steps.length).fill(-1);
    for (let place = start; ; place += widthAt(text, place)) {
      const ready: Thread[] = [];
      for (const thread of threads) this.#follow(thread, text, place, seen, ready);
      const mayBegin = !best && (place === 0 || !this.#isAnchored);
      if (mayBegin) this.#follow({ step: 0, from: place }, text, place, seen, ready);
      const next: Thread[] = [];
      for (const { step, from } of ready) {
        const at = this.#steps[step]!;
        if (at.kind === 'match') {
          best = { from, to: place };
          // What comes later is less preferred.
          break;
        }
        if (at.kind === 'letter' && place < text.length && at.matches(text.codePointAt(place)!)) {
          next.push({ step: step + 1, from });
        }
      }
      const isOver = next.length === 0 && (best !== undefined || this.#isAnchored);
      if (place >= text.length || isOver || (best && isEnough)) return best;
      threads = next;
    }
  }

  /** To all letters, and to the end, that can be reached from a step without reading on; in the order of preference. `seen`: where each step was last. */
  #follow(thread: Thread, text: string, place: number, seen: Int32Array, ready: Thread[]): void {
    const open = [thread.step];
    while (open.length > 0) {
      const step = open.pop()!;
      if (seen[step] === place) continue;
      seen[step] = place;
      const at = this.#steps[step]!;
      if (at.kind === 'jump') open.push(at.to);
      else if (at.kind === 'split') open.push(at.second, at.first);
      else if (at.kind !== 'assertion') ready.push({ step, from: thread.from });
      else if (holds(at.what, text, place)) open.push(step + 1);
    }
  }
}

const widthAt = (text: string, place: number): number => ((text.codePointAt(place) ?? 0) > 0xffff ? 2 : 1);

function holds(what: Assertion, text: string, place: number): boolean {
  switch (what) {
    case 'textStart':
      return place === 0;
    case 'textEnd':
      return place === text.length;
    case 'lineStart':
      return place === 0 || text[place - 1] === '\n';
    case 'lineEnd':
      return place === text.length || text[place] === '\n';
    case 'wordBoundary':
      return isWord(text, place - 1) !== isWord(text, place);
    case 'noWordBoundary':
      return isWord(text, place - 1) === isWord(text, place);
  }
}

const isWord = (text: string, place: number): boolean => /\w/.test(text[place] ?? '');
