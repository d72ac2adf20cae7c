const GAP = 3;

/** Rows as lines, each column as wide as its widest cell, and at least `narrowest`. */
export function inColumns(rows: readonly (readonly string[])[], narrowest = 0): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(narrowest, ...rows.map((row) => row[column]!.length + GAP)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('')
      .trimEnd(),
  );
}
