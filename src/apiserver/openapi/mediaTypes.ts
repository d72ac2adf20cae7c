/** What objects are sent and answered as. */
export const mediaTypes = ['application/json', 'application/yaml'] as const;

/** A watch: one event after the other. */
const watchType = 'application/json;stream=watch';

const WATCHED = new Set(['list', 'watch', 'watchlist']);

/** What an operation may answer with, by its `x-kubernetes-action`. */
export const answerTypes = (action: string): readonly string[] =>
  WATCHED.has(action) ? [...mediaTypes, watchType] : mediaTypes;

/** What a PATCH can be; the content type says which. */
export const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
] as const;

/** Of custom kinds: clients look here whether a strategic merge patch will do. */
export const customPatchTypes: readonly string[] = patchTypes.filter((type) => !type.includes('strategic'));
