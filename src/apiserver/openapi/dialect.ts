import type { Json } from './wellKnownSchemas.ts';

/** Version 3 declares defaults and wraps what stands beside a reference; version 2 does neither. */
export interface Dialect {
  readonly version: 'v2' | 'v3';
  readonly references: string;
}

export const v2: Dialect = { version: 'v2', references: '#/definitions/' };
export const v3: Dialect = { version: 'v3', references: '#/components/schemas/' };

export const reference = (name: string, { references }: Dialect): Json => ({ $ref: `${references}${name}` });
