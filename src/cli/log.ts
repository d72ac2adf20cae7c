import pino from 'pino';
import { isStatusError } from '../apimachinery/errors.ts';
import type { DataDirectory } from '../cluster/dataDirectory.ts';
import { lineOf } from './userError.ts';

/** The cluster's log: JSON lines in its data directory. */
export function openLog(directory: DataDirectory) {
  const log = pino({ base: null }, pino.destination({ dest: directory.log, mode: 0o600, sync: false }));
  return {
    controllerError(controller: string, key: string, error: unknown): void {
      // Somebody else wrote first: the next look sees it. That is how it should be, and no news.
      if (!isStatusError(error, 'Conflict'))
        log.warn({ controller, key, error: lineOf(error) }, 'will try again');
    },
  };
}
