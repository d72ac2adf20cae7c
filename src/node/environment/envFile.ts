/**
 * The value of a key in a file of variables, as the shell would read it, but with single quotes alone (KEP-3721): `KEY='value'`, a line or
 * several, with comments. Undefined when it is not there. Throws for what is no such file, as far as it is read.
 */
export function valueInEnvFile(text: string, key: string): string | undefined {
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.replace(/^[ \t]+/, '');
    if (line === '' || line.startsWith('#')) continue;
    const { name, rest } = declared(line, at);
    // As the shell has it: what is apart from its name is not its value.
    const isApart = /^[ \t]/.test(rest);
    if (isApart && name === key) return '';
    if (isApart) continue;
    if (!rest.startsWith("'")) throw malformed(at, 'value must be enclosed in single quotes');
    const { value, last } = quoted(lines, at, rest.slice(1));
    if (name === key) return value;
    at = last;
  }
  return undefined;
}

function declared(line: string, at: number): { name: string; rest: string } {
  const equals = line.indexOf('=');
  if (equals < 0) throw malformed(at, "missing '='");
  const name = line.slice(0, equals);
  if (name.trimEnd() === '') throw malformed(at, 'empty variable name');
  if (/[ \t]$/.test(name)) throw malformed(at, "whitespace before '=' is not allowed");
  return { name, rest: line.slice(equals + 1) };
}

/** What stands between the quotes, and the line of the closing one. */
function quoted(lines: readonly string[], at: number, opened: string): { value: string; last: number } {
  let value = '';
  let rest = opened;
  for (let last = at; ; ) {
    const end = rest.indexOf("'");
    if (end >= 0) {
      if (!/^[ \t]*(#.*)?$/.test(rest.slice(end + 1)))
        throw malformed(last, 'unexpected content after closing quote');
      return { value: value + rest.slice(0, end), last };
    }
    value += `${rest}\n`;
    const next = lines[++last];
    if (next === undefined) throw malformed(at, 'unclosed single quote');
    rest = next;
  }
}

const malformed = (at: number, what: string) =>
  new Error(`invalid environment variable format at line ${at + 1}: ${what}`);
