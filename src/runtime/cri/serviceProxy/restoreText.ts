import { type Chains, isKernels, TABLES, type Tables } from './tables.ts';

/**
 * What `iptables-restore --noflush` must read to make of the rules that are there those that are wanted, in one transaction for each
 * table: only chains that differ are written. Empty when nothing differs.
 */
export const restoreText = (wanted: Tables, present: Tables): string =>
  TABLES.map((table) => tableText(table, wanted[table], present[table])).join('');

function tableText(table: string, wanted: Chains, present: Chains): string {
  const written = [...wanted].filter(([chain, rules]) => !isSame(rules, present.get(chain)));
  const gone = [...present.keys()].filter((chain) => !wanted.has(chain));
  if (written.length === 0 && gone.length === 0) return '';
  const own = written.filter(([chain]) => !isKernels(chain));
  const leftChains = gone.filter((chain) => !isKernels(chain));
  const lines = [
    `*${table}`,
    // Naming a chain makes it, or empties it.
    ...[...own.map(([chain]) => chain), ...leftChains].map((chain) => `:${chain} - [0:0]`),
    ...kernelLines(wanted, present),
    ...own.flatMap(([chain, rules]) => rules.map((rule) => `-A ${chain} ${rule}`)),
    ...leftChains.map((chain) => `-X ${chain}`),
    'COMMIT',
  ];
  return `${lines.join('\n')}\n`;
}

/** In the kernel's chains there are rules of others, too: ours are taken out one by one, and come first. */
function kernelLines(wanted: Chains, present: Chains): string[] {
  const chains = new Set([...wanted.keys(), ...present.keys()].filter(isKernels));
  return [...chains].flatMap((chain) => {
    const [after = [], before = []] = [wanted.get(chain), present.get(chain)];
    if (isSame(after, before)) return [];
    return [
      ...before.map((rule) => `-D ${chain} ${rule}`),
      ...after.map((rule, index) => `-I ${chain} ${index + 1} ${rule}`),
    ];
  });
}

const isSame = (some: readonly string[], others: readonly string[] | undefined): boolean =>
  some.length === others?.length && some.every((rule, index) => rule === others[index]);
