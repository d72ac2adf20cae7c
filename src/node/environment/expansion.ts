/** Puts variables into `$(NAME)`; `$$(NAME)` stays `$(NAME)`, and what is not known stays as it is (upstream's `expansion`). */
export function expand(text: string, valueFor: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (valueFor(name) ?? whole),
  );
}
