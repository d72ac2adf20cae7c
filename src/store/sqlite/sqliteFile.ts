import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { Revision } from '../store.ts';

/** The layout of the tables below. A file of a greater one is left alone. */
const SCHEMA = 1;

/** One change as it lies in the file. `json` is null when the key was deleted. */
export interface Row {
  readonly revision: Revision;
  readonly key: string;
  readonly createRevision: Revision;
  readonly json: string | null;
}

/** A row in SQLite's own words. */
interface StoredRow {
  readonly revision: number;
  readonly key: string;
  readonly create_revision: number;
  readonly json: string | null;
  readonly checksum: number;
}

/** Revisions are the row ids, so that writing is appending. */
const TABLES = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE history (
    revision INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    create_revision INTEGER NOT NULL,
    json TEXT,
    checksum INTEGER NOT NULL
  ) STRICT;
  INSERT INTO meta VALUES ('schema', ${SCHEMA}), ('compacted', 0);
`;

/** The file of a SQLite store: the history of every key, by revision. All calls block: they belong into a thread of their own. */
export class SqliteFile {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?)');
    this.#remove = database.prepare('DELETE FROM history WHERE revision = ?');
  }

  /**
   * Opens the file, or makes it, and locks it until `close` or the end of the process, however that comes. Throws in words when it is
   * locked, of a newer version, damaged, or something else altogether.
   */
  static open(path: string): SqliteFile {
    createPrivately(path);
    const database = new DatabaseSync(path);
    try {
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      if (isEmpty(database)) initialize(database);
      else checkSchema(database);
      // `fullfsync` matters on macOS alone, where a plain fsync does not reach the disk.
      database.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; BEGIN IMMEDIATE; COMMIT',
      );
      return new SqliteFile(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  get compactedRevision(): Revision {
    return readMeta(this.#database, 'compacted') ?? 0;
  }

  /** Every change that is kept, oldest first. */
  *rows(): Generator<Row> {
    const rows = this.#database.prepare('SELECT * FROM history ORDER BY revision').iterate();
    for (const {
      revision,
      key,
      create_revision,
      json,
      checksum,
    } of rows as Iterable<unknown> as Iterable<StoredRow>) {
      if (checksum !== checksumOf(key, json))
        throw new Error(`it is damaged (checksum of revision ${revision})`);
      yield { revision, key, createRevision: create_revision, json };
    }
  }

  /** Writes all of them or none. On disk when it returns. */
  append(rows: readonly Row[]): void {
    this.#transaction(() => {
      for (const { revision, key, createRevision, json } of rows) {
        this.#insert.run(revision, key, createRevision, json, checksumOf(key, json));
      }
    });
  }

  /** Notes the oldest revision that is still known in full, and removes what only older ones needed. */
  compact(revision: Revision, obsolete: readonly Revision[]): void {
    this.#transaction(() => {
      this.#database.prepare("UPDATE meta SET value = max(value, ?) WHERE name = 'compacted'").run(revision);
      for (const row of obsolete) this.#remove.run(row);
    });
  }

  close(): void {
    this.#database.close();
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      // A full disk has rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

const SQLITE_FULL = 13;

/** The kind of an error of SQLite, without its details. */
function codeOf(error: Error): number | undefined {
  const { errcode } = error as { errcode?: number };
  return errcode === undefined ? undefined : errcode & 0xff;
}

/** A disk without room for a transaction. SQLite has rolled it back: what was written of it counts for nothing, also after a crash. */
export const isFull = (error: Error): boolean => codeOf(error) === SQLITE_FULL;

/** What went wrong, for somebody who has never heard of SQLite. */
export function explain(error: Error): string {
  switch (codeOf(error)) {
    case 5: // SQLITE_BUSY
      return 'it is in use by another process';
    case 11: // SQLITE_CORRUPT
      return `it is damaged (${error.message})`;
    case 26: // SQLITE_NOTADB
      return 'it is damaged or not a sampan store (file is not a database)';
    case SQLITE_FULL:
      return 'the disk is full';
    default:
      return error.message;
  }
}

/** It will hold secrets: nobody else may read it. SQLite's own files take over its mode. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  // Or a power failure may forget the file, with all that was promised to be in it.
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

const isEmpty = (database: DatabaseSync): boolean =>
  database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;

function initialize(database: DatabaseSync): void {
  database.exec(`PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; ${TABLES} COMMIT`);
}

function checkSchema(database: DatabaseSync): void {
  const schema = hasMeta(database) ? readMeta(database, 'schema') : undefined;
  if (schema === undefined) throw new Error('it is not a sampan store');
  if (schema > SCHEMA)
    throw new Error(`written by a newer sampan (schema ${schema}; this one knows ${SCHEMA})`);
}

const hasMeta = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() !== undefined;

const readMeta = (database: DatabaseSync, name: string): number | undefined =>
  database.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.value as number | undefined;

/** SQLite checks the shape of its pages, not what is written on them. */
const checksumOf = (key: string, json: string | null): number => crc32(json ?? '', crc32(key, 0));
