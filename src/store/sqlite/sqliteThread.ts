import { parentPort, workerData } from 'node:worker_threads';
import type { Opening, Reply, Request } from './messages.ts';
import { explain, isFull, type Row, SqliteFile } from './sqliteFile.ts';

/** The thread in which a SQLite store's file is read and written, so that nobody else waits for the disk. */
const port = parentPort!;
const ROWS_PER_MESSAGE = 1_000;

try {
  const file = SqliteFile.open(workerData as string);
  send({ kind: 'opened', compactedRevision: file.compactedRevision });
  sendRows(file);
  port.on('message', (request: Request) => send({ kind: 'reply', ...attempt(() => perform(file, request)) }));
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'refused', problem: explain(error as Error) });
}

function sendRows(file: SqliteFile): void {
  let rows: Row[] = [];
  for (const row of file.rows()) {
    rows.push(row);
    if (rows.length < ROWS_PER_MESSAGE) continue;
    send({ kind: 'rows', rows });
    rows = [];
  }
  send({ kind: 'rows', rows });
}

function perform(file: SqliteFile, request: Request): void {
  switch (request.kind) {
    case 'append':
      file.append(request.rows);
      break;
    case 'compact':
      file.compact(request.revision, request.obsolete);
      break;
    case 'close':
      file.close();
  }
}

function attempt(work: () => void): Omit<Reply, 'kind'> {
  try {
    work();
    return {};
  } catch (error) {
    return { problem: explain(error as Error), isFull: isFull(error as Error) };
  }
}

function send(message: Opening | Reply): void {
  port.postMessage(message);
}
