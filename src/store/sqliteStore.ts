import { JournaledStore } from './journaledStore.ts';
import { FIRST_REVISION } from './memoryStore.ts';
import { SqliteJournal } from './sqlite/sqliteJournal.ts';

/** A store in one SQLite file, for one process at a time. A write is acknowledged once it is on disk (fsync). */
export class SqliteStore extends JournaledStore {
  /** Opens the file or makes it. Rejects with a `StoreUnavailableError` of one line when it cannot be used. */
  static async open(path: string): Promise<SqliteStore> {
    const { journal, history } = await SqliteJournal.open(path);
    history.advanceTo(FIRST_REVISION);
    return new SqliteStore(history, journal);
  }
}
