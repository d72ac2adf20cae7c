import type { HttpResponse } from './message.ts';
import { textResponse } from './respond.ts';

/** One thing that must be so for the server to be healthy. Undefined when it is, else why it is not. */
export interface HealthCheck {
  readonly name: string;
  /** Whether a server that fails it should be started anew, rather than only be left alone for a while. */
  readonly isVital: boolean;
  check(): string | undefined;
}

const PATHS = new Set(['healthz', 'livez', 'readyz']);

/** `/healthz`, `/livez` and `/readyz`, with `?verbose`, `?exclude=` and one check at a time below them. */
export class HealthHandler {
  readonly #checks: readonly HealthCheck[];

  constructor(checks: readonly HealthCheck[]) {
    this.#checks = [{ name: 'ping', isVital: true, check: () => undefined }, ...checks];
  }

  answer(segments: readonly string[], query: URLSearchParams): HttpResponse | undefined {
    const [path = '', name, ...more] = segments;
    if (!PATHS.has(path) || more.length > 0) return undefined;
    const checks = this.#checks.filter((each) => path !== 'livez' || each.isVital);
    if (name) return oneCheck(checks.find((each) => each.name === name));
    return report(path, checks, query);
  }
}

function oneCheck(check: HealthCheck | undefined): HttpResponse | undefined {
  if (!check) return undefined;
  return check.check() === undefined
    ? textResponse('ok')
    : textResponse('internal server error: not ok', 500);
}

function report(path: string, checks: readonly HealthCheck[], query: URLSearchParams): HttpResponse {
  const excluded = new Set(query.getAll('exclude'));
  const lines: string[] = [];
  let isHealthy = true;
  for (const { name, check } of checks) {
    if (excluded.has(name)) {
      lines.push(`[+]${name} excluded: ok`);
      continue;
    }
    const isOk = check() === undefined;
    isHealthy &&= isOk;
    lines.push(isOk ? `[+]${name} ok` : `[-]${name} failed: reason withheld`);
  }
  const outcome = `${path} check ${isHealthy ? 'passed' : 'failed'}`;
  if (isHealthy && !query.has('verbose')) return textResponse('ok');
  return textResponse(`${[...lines, outcome].join('\n')}\n`, isHealthy ? 200 : 500);
}
