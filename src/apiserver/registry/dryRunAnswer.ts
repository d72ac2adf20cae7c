import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Stored } from '../../store/store.ts';

/** What a dry run answers with: an object that nobody stored. */
export class Unstored implements Stored {
  readonly key: string;
  readonly revision = 0;
  readonly createRevision = 0;
  readonly object: KubernetesObject;

  constructor(key: string, object: KubernetesObject) {
    this.key = key;
    this.object = object;
  }

  get json(): string {
    return JSON.stringify(this.object);
  }
}
