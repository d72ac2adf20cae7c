import { History } from './history.ts';
import { type Journal, JournaledStore } from './journaledStore.ts';

/** As etcd does, so that no list ever shows revision 0: to clients that means "any". */
export const FIRST_REVISION = 1;

/** A store that lives as long as its process. */
export class MemoryStore extends JournaledStore {
  constructor() {
    super(new History(FIRST_REVISION, 0), forgetful);
  }
}

const forgetful: Journal = {
  name: 'memory',
  append: () => undefined,
  compact: () => undefined,
  close: () => undefined,
};
