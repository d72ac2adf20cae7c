import type { Environment } from '@marcbachmann/cel-js';
import { goQuoted } from '../../goText.ts';
import { isParsed } from './addresses.ts';
import { define, defineType } from './define.ts';

/** A URL, by its parts as they were written: nothing is made lower case or canonical, as in Go. */
class CelUrl {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly #text: string;

  constructor(text: string) {
    const [, scheme = '', , host = '', path = '', , query = ''] = PARTS.exec(text)!;
    this.#text = text;
    this.scheme = scheme.toLowerCase();
    this.host = host.slice(host.lastIndexOf('@') + 1);
    this.path = path;
    this.query = query;
  }

  equals(other: CelUrl): boolean {
    return this.#text === other.#text;
  }

  /** Without its port, and without brackets. */
  get hostname(): string {
    return this.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  }

  get port(): string {
    return /:(\d*)$/.exec(this.host)?.[1] ?? '';
  }
}

const PARTS = /^(?:([A-Za-z][A-Za-z\d+.-]*):)?(\/\/([^/?#]*))?([^?#]*)(\?([^#]*))?(?:#.*)?$/s;

/** Go's `url.ParseRequestURI`: an absolute URL, or a path from the root. Says what is wrong. */
export function uriProblem(text: string): string | undefined {
  const wrong = (why: string) => `parse ${goQuoted(text)}: ${why}`;
  if (text === '') return wrong('empty url');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are refused
  if (/[\u0000-\u001f\u007f]/.test(text)) return wrong('net/url: invalid control character in URL');
  if (text.startsWith(':')) return wrong('missing protocol scheme');
  const [, scheme, , host = ''] = PARTS.exec(text) ?? [];
  if (scheme === undefined && !text.startsWith('/')) return wrong('invalid URI for request');
  if (scheme !== undefined && !text.slice(scheme.length + 1).startsWith('/')) {
    return text.length > scheme.length + 1 ? undefined : wrong('invalid URI for request');
  }
  const broken = /%(?![\dA-Fa-f]{2})[\s\S]{0,2}/.exec(text)?.[0];
  if (broken !== undefined) return wrong(`invalid URL escape ${goQuoted(broken)}`);
  if (/[ <>"]/.test(host))
    return wrong(`invalid character ${goQuoted(/[ <>"]/.exec(host)![0])} in host name`);
  const port = /^(?:\[[^\]]*\]|[^:]*)(:.*)?$/.exec(host.slice(host.lastIndexOf('@') + 1))?.[1];
  if (port !== undefined && !/^:\d*$/.test(port)) return wrong(`invalid port ${goQuoted(port)} after host`);
  return undefined;
}

function parseUrl(text: string): CelUrl {
  const problem = uriProblem(text);
  if (problem !== undefined) throw new Error(`URL parse error during conversion from string: ${problem}`);
  return new CelUrl(text);
}

function queryOf({ query }: CelUrl): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (Object.hasOwn(values, name)) values[name]!.push(value);
    else Object.defineProperty(values, name, { value: [value], enumerable: true });
  }
  return values;
}

const TYPE = 'kubernetes.URL';

/** Upstream's library `urls`. */
export function registerUrls(environment: Environment): void {
  defineType(environment, TYPE, CelUrl);
  define(environment, {
    [`url(string): ${TYPE}`]: parseUrl,
    'isURL(string): bool': (text: string) => isParsed(parseUrl, text),
    [`${TYPE}.getScheme(): string`]: ({ scheme }: CelUrl) => scheme,
    [`${TYPE}.getHost(): string`]: ({ host }: CelUrl) => host,
    [`${TYPE}.getHostname(): string`]: ({ hostname }: CelUrl) => hostname,
    [`${TYPE}.getPort(): string`]: ({ port }: CelUrl) => port,
    [`${TYPE}.getEscapedPath(): string`]: ({ path }: CelUrl) => encodeURI(decodeSafely(path)),
    [`${TYPE}.getQuery(): map<string, list<string>>`]: queryOf,
  });
}

function decodeSafely(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
