/**
 * What upstream's Go types say and client-node's models do not, one line for each field, in words:
 *
 * - `list=atomic`, `list=set`, `list=map(name)`: the list type and its keys (`x-kubernetes-list-type`)
 * - `map=atomic`, `map=granular`: the map type; on the field `.` it speaks of the definition itself
 * - `merge(name)`: strategic merge by that key; `patch=merge`, `patch=merge,retainKeys(name)`: another strategy
 * - `go=v1.Protocol`: the Go type where it does not follow from the wire's type (error messages name it)
 * - `default=…`: the default that the schema declares, as JSON
 * - `pointer`: an explicit zero differs from absence, so it is kept (of an object: it may be absent)
 * - `value`: an optional object that is not behind a pointer in Go
 * - `always` / `omitempty`: written although optional / left out when zero although required
 */
export type DefinitionFacts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The facts of one field, read. */
export interface FieldFacts {
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  readonly patchMergeKey?: string;
  readonly patchStrategy?: string;
  readonly goType?: string;
  readonly default?: unknown;
  readonly pointer?: true;
  readonly value?: true;
  readonly always?: true;
  readonly omitempty?: true;
}

export const readFacts = (words = ''): FieldFacts =>
  Object.assign({}, ...words.split(' ').filter(Boolean).map(readWord));

function readWord(word: string): FieldFacts {
  const [, name = '', value = '', inBrackets] = /^([a-z]+)=?([^(]*)(?:\((.+)\))?$/i.exec(word) ?? [];
  switch (name) {
    case 'list':
      return {
        listType: value as 'atomic' | 'set' | 'map',
        ...(inBrackets && { listMapKeys: inBrackets.split(',') }),
      };
    case 'map':
      return { mapType: value as 'atomic' | 'granular' };
    case 'merge':
      return { patchStrategy: 'merge', patchMergeKey: inBrackets };
    case 'patch':
      return { patchStrategy: value, ...(inBrackets && { patchMergeKey: inBrackets }) };
    case 'go':
      return { goType: value };
    case 'default':
      return { default: JSON.parse(value) };
    case 'pointer':
    case 'value':
    case 'always':
    case 'omitempty':
      return { [name]: true };
    default:
      throw new Error(`Cannot read the fact ${JSON.stringify(word)}: no such word`);
  }
}
