/** A parameter of an operation, as both versions of OpenAPI can say it. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
}

const query = (name: string, type: Parameter['type'], description: string): Parameter => ({
  name,
  in: 'query',
  type,
  description,
});

const path = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  type: 'string',
  description,
});

const pretty = query('pretty', 'string', "If 'true', the answer is indented.");
const dryRun = query('dryRun', 'string', "'All': do everything but persist the change.");
const fieldManager = query('fieldManager', 'string', 'The name of whoever makes this change.');
const fieldValidation = query(
  'fieldValidation',
  'string',
  'What to do about unknown and duplicate fields: Ignore, Warn or Strict.',
);

const selection = [
  query('labelSelector', 'string', 'Only objects with such labels.'),
  query('fieldSelector', 'string', 'Only objects with such fields.'),
  query('limit', 'integer', 'At most so many objects in one answer.'),
  query('continue', 'string', 'Where the previous answer ended.'),
  query('resourceVersion', 'string', 'How old the answer may be, or where a watch begins.'),
  query('resourceVersionMatch', 'string', 'How resourceVersion is meant: NotOlderThan or Exact.'),
  query('timeoutSeconds', 'integer', 'How long the call may last.'),
  query('sendInitialEvents', 'boolean', 'Whether a watch begins with what there is already.'),
];

const deletion = [
  dryRun,
  query('gracePeriodSeconds', 'integer', 'How long the object may take to end; 0 is at once.'),
  query('orphanDependents', 'boolean', 'Deprecated: use propagationPolicy.'),
  query('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
];

const writing = [dryRun, fieldManager, fieldValidation];

const watching = [
  query('watch', 'boolean', 'Whether to follow changes rather than list.'),
  query('allowWatchBookmarks', 'boolean', 'Whether a watch may send bookmarks.'),
];

/** Parameters of a list, and of a watch. */
export const listParameters: readonly Parameter[] = [...watching, ...selection];

/** Parameters of every operation at a path. */
export const pathParameters = (
  kind: string,
  { namespaced, named, proxied = false }: { namespaced: boolean; named: boolean; proxied?: boolean },
) => [
  ...(named ? [path('name', `name of the ${kind}`)] : []),
  ...(namespaced ? [path('namespace', 'object name and auth scope, such as for teams and projects')] : []),
  ...(proxied ? [path('path', 'path to the resource')] : []),
  pretty,
];

/** Parameters of one operation, by `x-kubernetes-action`. */
export const actionParameters: Readonly<Record<string, readonly Parameter[]>> = {
  list: listParameters,
  post: writing,
  put: writing,
  patch: [...writing, query('force', 'boolean', 'Whether an apply takes over fields that others own.')],
  delete: deletion,
  deletecollection: [...deletion, ...selection],
};

/** What `log`, `exec`, `attach`, `portforward` and `proxy` can be asked. */
export const connectParameters: Readonly<Record<string, readonly Parameter[]>> = {
  log: [
    query('container', 'string', 'Which container.'),
    query('follow', 'boolean', 'Whether to go on as the log grows.'),
    query('limitBytes', 'integer', 'At most so many bytes.'),
    query('previous', 'boolean', 'The log of the container before it restarted.'),
    query('sinceSeconds', 'integer', 'Only what is not older.'),
    query('tailLines', 'integer', 'Only so many lines from the end.'),
    query('timestamps', 'boolean', 'Whether each line begins with its time.'),
  ],
  exec: [query('command', 'string', 'The command, one argument each.'), ...terminal()],
  attach: terminal(),
  portforward: [query('ports', 'integer', 'Which ports.')],
  proxy: [query('path', 'string', 'The path behind the proxy.')],
};

function terminal(): Parameter[] {
  return [
    query('container', 'string', 'Which container.'),
    ...['stdin', 'stdout', 'stderr', 'tty'].map((name) =>
      query(name, 'boolean', `Whether to connect ${name}.`),
    ),
  ];
}
