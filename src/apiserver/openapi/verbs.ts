export type HttpMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** How OpenAPI speaks of a verb of Kubernetes. */
export interface OpenApiVerb {
  /** `x-kubernetes-action` */
  readonly action: string;
  readonly method: HttpMethod;
  /** How the ids of its operations begin. */
  readonly prefix: string;
  readonly description: (kind: string) => string;
  /** What it answers when it succeeds. */
  readonly codes: readonly number[];
}

export const openApiVerbs: Readonly<Record<string, OpenApiVerb>> = {
  list: {
    action: 'list',
    method: 'get',
    prefix: 'list',
    description: (kind) => `list or watch objects of kind ${kind}`,
    codes: [200],
  },
  get: {
    action: 'get',
    method: 'get',
    prefix: 'read',
    description: (kind) => `read the specified ${kind}`,
    codes: [200],
  },
  create: {
    action: 'post',
    method: 'post',
    prefix: 'create',
    description: (kind) => `create a ${kind}`,
    codes: [200, 201, 202],
  },
  update: {
    action: 'put',
    method: 'put',
    prefix: 'replace',
    description: (kind) => `replace the specified ${kind}`,
    codes: [200, 201],
  },
  patch: {
    action: 'patch',
    method: 'patch',
    prefix: 'patch',
    description: (kind) => `partially update the specified ${kind}`,
    codes: [200, 201],
  },
  delete: {
    action: 'delete',
    method: 'delete',
    prefix: 'delete',
    description: (kind) => `delete a ${kind}`,
    codes: [200, 202],
  },
  deletecollection: {
    action: 'deletecollection',
    method: 'delete',
    prefix: 'delete',
    description: (kind) => `delete collection of ${kind}`,
    codes: [200],
  },
};
