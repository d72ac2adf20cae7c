/** The variables of a policy: each is worked out when it is first asked for, and then kept. */
export class UserVariables {
  constructor(evaluators: Readonly<Record<string, () => unknown>>) {
    for (const [name, evaluate] of Object.entries(evaluators)) {
      const once = onlyOnce(evaluate);
      Object.defineProperty(this, name, { get: once, enumerable: true });
    }
  }
}

/** An error is kept as well: what failed once is not tried again. */
function onlyOnce(evaluate: () => unknown): () => unknown {
  let known: { readonly value: unknown } | { readonly error: unknown } | undefined;
  const run = () => {
    try {
      return { value: evaluate() };
    } catch (error) {
      return { error };
    }
  };
  return () => {
    known ??= run();
    if ('error' in known) throw known.error;
    return known.value;
  };
}
