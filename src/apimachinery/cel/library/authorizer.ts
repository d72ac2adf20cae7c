import type { Environment } from '@marcbachmann/cel-js';
import { dns1123Label, dns1123Subdomain } from '../../nameRules.ts';

/** What a check asks: for a path, or for a resource. */
export interface CelCheck {
  readonly verb: string;
  readonly path?: string;
  readonly resource?: {
    readonly group: string;
    readonly plural: string;
    readonly subresource: string;
    readonly namespace: string;
    readonly name: string;
    readonly fieldSelector?: string;
  };
}

/** Says whether the one who makes the request, or a service account, may do something. */
export type CelAuthorize = (
  check: CelCheck,
  serviceAccount?: { namespace: string; name: string },
) => CelDecision;

interface CelDecision {
  readonly isAllowed: boolean;
  readonly reason?: string;
}

type ResourceAsked = NonNullable<CelCheck['resource']>;

class Decision {
  readonly decision: CelDecision;
  constructor(decision: CelDecision) {
    this.decision = decision;
  }
}

class PathCheck {
  readonly check: (verb: string) => Decision;
  constructor(check: (verb: string) => Decision) {
    this.check = check;
  }
}

class ResourceCheck {
  readonly #authorize: (check: CelCheck) => CelDecision;
  readonly #asked: ResourceAsked;

  constructor(authorize: (check: CelCheck) => CelDecision, asked: ResourceAsked) {
    this.#authorize = authorize;
    this.#asked = asked;
  }

  with(part: Partial<ResourceAsked>): ResourceCheck {
    return new ResourceCheck(this.#authorize, { ...this.#asked, ...part });
  }

  check(verb: string): Decision {
    return new Decision(this.#authorize({ verb, resource: this.#asked }));
  }
}

class GroupCheck {
  readonly resource: (plural: string) => ResourceCheck;
  constructor(resource: (plural: string) => ResourceCheck) {
    this.resource = resource;
  }
}

/** The value of the variable `authorizer`. */
export class CelAuthorizer {
  readonly #authorize: CelAuthorize;
  readonly #account: { namespace: string; name: string } | undefined;
  /** What the request itself is about. */
  readonly requestResource: ResourceCheck | undefined;

  constructor(
    authorize: CelAuthorize,
    asked?: ResourceAsked | undefined,
    account?: { namespace: string; name: string },
  ) {
    this.#authorize = authorize;
    this.#account = account;
    this.requestResource = asked && new ResourceCheck((check) => this.#ask(check), asked);
  }

  path(path: string): PathCheck {
    if (path.trim() === '') throw new Error('path must not be empty');
    return new PathCheck((verb) => new Decision(this.#ask({ verb, path })));
  }

  group(group: string): GroupCheck {
    return new GroupCheck((plural) => {
      if (plural.trim() === '') throw new Error('resource must not be empty');
      const asked = { group, plural, subresource: '', namespace: '', name: '' };
      return new ResourceCheck((check) => this.#ask(check), asked);
    });
  }

  serviceAccount(namespace: string, name: string): CelAuthorizer {
    if (dns1123Subdomain(name).length > 0) throw new Error('Invalid service account name');
    if (dns1123Label(namespace).length > 0) throw new Error('Invalid service account namespace');
    return new CelAuthorizer(this.#authorize, undefined, { namespace, name });
  }

  #ask(check: CelCheck): CelDecision {
    return this.#authorize(check, this.#account);
  }
}

const TYPE = 'kubernetes.authorization';

/** Upstream's library `authz`: `authorizer.group('apps').resource('deployments').check('create').allowed()`. */
export function registerAuthorizer(environment: Environment): void {
  const register = (signature: string, handler: (...args: never[]) => unknown) =>
    environment.registerFunction(`${TYPE}.${signature}`, handler as never, { async: false } as never);
  for (const type of [Decision, PathCheck, GroupCheck])
    environment.registerType(`${TYPE}.${type.name}`, type);
  environment.registerType(`${TYPE}.ResourceCheck`, ResourceCheck);
  const fields = { requestResource: `${TYPE}.ResourceCheck` };
  environment.registerType(`${TYPE}.Authorizer`, { ctor: CelAuthorizer, fields } as never);
  environment.registerVariable('authorizer', `${TYPE}.Authorizer`);
  register(`Authorizer.path(string): ${TYPE}.PathCheck`, (on: CelAuthorizer, path: string) => on.path(path));
  register(`Authorizer.group(string): ${TYPE}.GroupCheck`, (on: CelAuthorizer, group: string) =>
    on.group(group),
  );
  register(
    `Authorizer.serviceAccount(string, string): ${TYPE}.Authorizer`,
    (on: CelAuthorizer, namespace: string, name: string) => on.serviceAccount(namespace, name),
  );
  register(`GroupCheck.resource(string): ${TYPE}.ResourceCheck`, (on: GroupCheck, plural: string) =>
    on.resource(plural),
  );
  for (const part of ['subresource', 'namespace', 'name', 'fieldSelector', 'labelSelector']) {
    register(`ResourceCheck.${part}(string): ${TYPE}.ResourceCheck`, (on: ResourceCheck, text: string) =>
      on.with({ [part]: text }),
    );
  }
  for (const type of ['PathCheck', 'ResourceCheck']) {
    register(`${type}.check(string): ${TYPE}.Decision`, (on: PathCheck | ResourceCheck, verb: string) =>
      on.check(verb),
    );
  }
  register('Decision.allowed(): bool', ({ decision }: Decision) => decision.isAllowed);
  register('Decision.reason(): string', ({ decision }: Decision) => decision.reason ?? '');
  // An authorizer of this process cannot fail.
  register('Decision.errored(): bool', () => false);
  register('Decision.error(): string', () => '');
}
