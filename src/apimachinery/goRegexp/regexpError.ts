/** An expression that cannot be read, in the words of Go's library. */
export class RegexpError extends Error {
  constructor(what: string, where: string) {
    super(`error parsing regexp: ${what}: \`${where}\``);
  }
}
