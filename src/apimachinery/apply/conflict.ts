import type { StatusCause } from '../../generated/types.ts';
import { StatusError } from '../errors.ts';
import type { FieldPath } from './fieldSet.ts';
import type { Manager } from './managers.ts';
import { pathText } from './pathElement.ts';

/** A field that someone else owns with another value. */
export interface Conflict {
  readonly manager: Manager;
  readonly path: FieldPath;
}

/** 409 with a cause per field, in upstream's words. */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const causes: StatusCause[] = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${inWords(manager)}`,
    field: pathText(path),
  }));
  return new StatusError('Conflict', messageOf(conflicts), { causes });
}

function messageOf(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${inWords(first!.manager)}: ${pathText(first!.path)}`;
  }
  const byManager = Map.groupBy(conflicts, ({ manager }) => manager);
  const lines = [...byManager].flatMap(([manager, fields]) => [
    `conflicts with ${inWords(manager)}:`,
    ...fields.map(({ path }) => `- ${pathText(path)}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function inWords({ name, operation, apiVersion, subresource }: Manager): string {
  const who = JSON.stringify(name) + (subresource && ` with subresource ${JSON.stringify(subresource)}`);
  return operation === 'Update' ? `${who} using ${apiVersion}` : who;
}
