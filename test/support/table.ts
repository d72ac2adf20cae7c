export interface Table {
  readonly columns: string[];
  readonly rows: Record<string, string>[];
}

/** What `kubectl get` printed, cell by cell. A column begins where its heading does. */
export function tableOf(stdout: string): Table {
  const [heading = '', ...lines] = stdout.split('\n').filter((line) => line.trim() !== '');
  const starts = [...heading.matchAll(/\S+(?: \S+)*/g)].map(({ 0: title, index }) => ({ title, index }));
  const cell = (line: string, column: number) =>
    line.slice(starts[column]!.index, starts[column + 1]?.index).trim();
  return {
    columns: starts.map(({ title }) => title),
    rows: lines.map((line) =>
      Object.fromEntries(starts.map(({ title }, column) => [title, cell(line, column)])),
    ),
  };
}
