import { type EpochMs, timestamp } from '../clock/clock.ts';
import { tokenText } from '../cluster/tokens.ts';
import type { BootstrapToken } from '../resources/bootstrapToken.ts';
import { inColumns } from './columns.ts';

const HEADINGS = ['TOKEN', 'TTL', 'EXPIRES', 'USAGES', 'DESCRIPTION', 'EXTRA GROUPS'];
const NARROWEST = 10;
const NONE = '<none>';

/** The lines of `kubeadm token list`. */
export function tokenTable(tokens: readonly BootstrapToken[], now: EpochMs): string[] {
  return inColumns([HEADINGS, ...tokens.map((token) => cells(token, now))], NARROWEST);
}

function cells(token: BootstrapToken, now: EpochMs): string[] {
  const { expiresAt, usages, description, groups } = token;
  return [
    tokenText(token),
    expiresAt === undefined ? '<forever>' : shortDuration(expiresAt - now),
    expiresAt === undefined ? '<never>' : timestamp(expiresAt),
    usages.join(',') || NONE,
    description || NONE,
    groups.join(',') || NONE,
  ];
}

/** One unit: `23h`, `59m`, `7d` (upstream's `duration.ShortHumanDuration`). */
function shortDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 60) return `${Math.max(0, seconds)}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 24) return `${hours}h`;
  return hours < 24 * 365 ? `${Math.trunc(hours / 24)}d` : `${Math.trunc(hours / 24 / 365)}y`;
}
