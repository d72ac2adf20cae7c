/** Rules by their chain, as they stand behind `-A CHAIN`. Of chains of the kernel's only what is ours. */
export type Chains = Map<string, readonly string[]>;

export const TABLES = ['nat', 'filter', 'mangle'] as const;
export type Table = (typeof TABLES)[number];
export type Tables = Readonly<Record<Table, Chains>>;

export const noRules = (): Tables => ({ nat: new Map(), filter: new Map(), mangle: new Map() });

const KERNELS = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);

/** Whether a chain is there without anybody having made it. */
export const isKernels = (chain: string): boolean => KERNELS.has(chain);

export const isEmpty = (tables: Tables): boolean => TABLES.every((table) => tables[table].size === 0);
