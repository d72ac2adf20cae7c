import { RegexpError } from './regexpError.ts';
import type { Assertion, Node } from './syntax.ts';

/** One step of a machine that follows all ways through an expression at once. */
export type Step =
  | { readonly kind: 'letter'; readonly matches: (codePoint: number) => boolean }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  /** Goes on at both places; the first is the one to be preferred. */
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'match' };

const MAX_STEPS = 100_000;

/** The steps of an expression. Throws for one that would be too long. */
export function programOf(node: Node, source: string): readonly Step[] {
  const steps: Step[] = [];
  const add = <S extends Step>(step: S): S => {
    if (steps.length >= MAX_STEPS) throw new RegexpError('expression too large', source);
    steps.push(step);
    return step;
  };
  emit(node, steps, add);
  add({ kind: 'match' });
  return steps;
}

type Add = <S extends Step>(step: S) => S;

function emit(node: Node, steps: readonly Step[], add: Add): void {
  switch (node.kind) {
    case 'letter':
    case 'assertion':
      add(node);
      return;
    case 'sequence':
      for (const part of node.parts) emit(part, steps, add);
      return;
    case 'choice':
      emitChoice(node.among, steps, add);
      return;
    case 'repetition':
      emitRepetition(node, steps, add);
  }
}

function emitChoice(among: readonly Node[], steps: readonly Step[], add: Add): void {
  const ends: { to: number }[] = [];
  among.forEach((each, index) => {
    if (index === among.length - 1) {
      emit(each, steps, add);
      return;
    }
    const split = add({ kind: 'split', first: steps.length + 1, second: 0 });
    emit(each, steps, add);
    ends.push(add({ kind: 'jump', to: 0 }));
    split.second = steps.length;
  });
  for (const end of ends) end.to = steps.length;
}

function emitRepetition(
  { of, min, max, isGreedy }: Extract<Node, { kind: 'repetition' }>,
  steps: readonly Step[],
  add: Add,
): void {
  for (let times = 0; times < min; times++) emit(of, steps, add);
  if (max === Number.POSITIVE_INFINITY) {
    const from = steps.length;
    const leave = optional(isGreedy, steps, add);
    emit(of, steps, add);
    add({ kind: 'jump', to: from });
    leave(steps.length);
    return;
  }
  const leaves: ((to: number) => void)[] = [];
  for (let times = min; times < max; times++) {
    leaves.push(optional(isGreedy, steps, add));
    emit(of, steps, add);
  }
  for (const leave of leaves) leave(steps.length);
}

/** Goes on with what follows, or leaves; where to, is told later. */
function optional(isGreedy: boolean, steps: readonly Step[], add: Add): (to: number) => void {
  const split = add({ kind: 'split', first: steps.length + 1, second: steps.length + 1 });
  return (to) => {
    if (isGreedy) split.second = to;
    else split.first = to;
  };
}
