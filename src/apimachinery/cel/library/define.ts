import type { Environment } from '@marcbachmann/cel-js';

/** What a function of the language is called with, and comes to. The library has looked at the types by then. */
export type CelFunction = (...args: never[]) => unknown;

/** Adds functions, by their signatures as the library writes them: `string.find(string): string`. None of them waits. */
export function define(environment: Environment, functions: Readonly<Record<string, CelFunction>>): void {
  for (const [signature, handler] of Object.entries(functions)) {
    environment.registerFunction(signature, handler as never, { async: false } as never);
  }
}

/** Makes a name with a dot of functions: `sets.contains(…)`. They get it as their first argument. */
export function defineNamespace(
  environment: Environment,
  name: string,
  functions: Readonly<Record<string, CelFunction>>,
): void {
  const type = `Namespace.${name}`;
  class Namespace {}
  environment.registerType(type, Namespace);
  environment.registerConstant(name, type, new Namespace());
  const qualified = Object.entries(functions).map(([signature, handler]) => [
    `${type}.${signature}`,
    (_: Namespace, ...args: never[]) => handler(...args),
  ]);
  define(environment, Object.fromEntries(qualified));
}

/** A type of its own, with values that know when they are equal. */
export function defineType<T extends { equals(other: T): boolean }>(
  environment: Environment,
  name: string,
  type: new (...args: never[]) => T,
): void {
  environment.registerType(name, type as never);
  environment.registerOperator(`${name} == ${name}`, (a: T, b: T) => a.equals(b));
}
