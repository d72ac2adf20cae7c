import { invalid } from '../../apimachinery/errors.ts';
import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import { validateFieldManager } from '../../apimachinery/metaValidation.ts';
import type { FieldValidation } from '../../apimachinery/schema/decode.ts';
import type { DeleteOptions } from '../../generated/types.ts';
import type { ListQuery } from '../registry/list.ts';
import type { WatchQuery } from '../registry/watch.ts';
import { isTrue } from './requestInfo.ts';

/** The options of a create, update or patch. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
  /** As they were sent, without what nobody asked for. */
  readonly sent: object;
}

type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

/** Throws 422 for options that are not right, as upstream does. `isApply` makes some of them required. */
export function writeOptionsOf(
  query: URLSearchParams,
  kind: OptionsKind,
  userAgent: string | undefined,
  isApply = false,
): WriteOptions {
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  const force = query.get('force');
  const errors: FieldError[] = [
    ...dryRunErrors(query),
    ...(fieldManager ? validateFieldManager(fieldManager, 'fieldManager') : []),
    ...(isApply && !fieldManager ? [required('fieldManager', 'is required for apply patch')] : []),
    ...(force !== null && kind === 'PatchOptions' && !isApply
      ? [forbiddenField('force', 'may not be specified for non-apply patch')]
      : []),
    ...(FIELD_VALIDATIONS.includes(fieldValidation)
      ? []
      : [notSupported('fieldValidation', fieldValidation, ['', ...FIELD_VALIDATIONS])]),
  ];
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    dryRun: query.has('dryRun'),
    fieldManager: fieldManager || managerFrom(userAgent),
    fieldValidation: fieldValidation as FieldValidation,
    force: isTrue(force),
    sent: sentOptions(query),
  };
}

const sentOptions = (query: URLSearchParams): object => ({
  ...(query.has('dryRun') && { dryRun: query.getAll('dryRun') }),
  ...(query.get('fieldManager') && { fieldManager: query.get('fieldManager') }),
  ...(query.get('fieldValidation') && { fieldValidation: query.get('fieldValidation') }),
});

const FIELD_VALIDATIONS: readonly string[] = ['Ignore', 'Warn', 'Strict'];
const MAX_MANAGER_LENGTH = 128;

/** Who does not say is known by the beginning of its user agent. */
const managerFrom = (userAgent = ''): string =>
  (userAgent.split('/', 1)[0] ?? '')
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '')
    .slice(0, MAX_MANAGER_LENGTH);

const dryRunErrors = (query: URLSearchParams): FieldError[] =>
  query
    .getAll('dryRun')
    .flatMap((value) => (value === 'All' ? [] : [notSupported('dryRun', [value], ['All'])]));

/** The query of a list; of a watch as well, as far as it has the same options. */
export const listQueryOf = (query: URLSearchParams): ListQuery => ({
  labelSelector: query.get('labelSelector') ?? undefined,
  fieldSelector: query.get('fieldSelector') ?? undefined,
  resourceVersion: query.get('resourceVersion') ?? undefined,
  resourceVersionMatch: query.get('resourceVersionMatch') ?? undefined,
  limit: countOf(query, 'limit'),
  continue: query.get('continue') ?? undefined,
});

export interface WatchOptions extends WatchQuery {
  readonly allowBookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

/** Throws 422 for options that contradict each other. */
export function watchOptionsOf(query: URLSearchParams): WatchOptions {
  const { labelSelector, fieldSelector, resourceVersion, resourceVersionMatch } = listQueryOf(query);
  const sendInitialEvents = query.has('sendInitialEvents')
    ? isTrue(query.get('sendInitialEvents'))
    : undefined;
  const errors = watchErrors(resourceVersionMatch, sendInitialEvents);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  return {
    labelSelector,
    fieldSelector,
    resourceVersion,
    sendInitialEvents,
    allowBookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeoutSeconds: countOf(query, 'timeoutSeconds'),
  };
}

const MATCH = 'resourceVersionMatch';

function watchErrors(match: string | undefined, sendInitialEvents: boolean | undefined): FieldError[] {
  if (sendInitialEvents === undefined) {
    return match
      ? [
          forbiddenField(
            MATCH,
            'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
          ),
        ]
      : [];
  }
  if (!match) {
    return [forbiddenField(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')];
  }
  return match === 'NotOlderThan' ? [] : [notSupported(MATCH, match, ['NotOlderThan'])];
}

/** What a DELETE without a body says. */
export const deleteOptionsOf = (query: URLSearchParams): DeleteOptions => ({
  ...(query.has('gracePeriodSeconds') && { gracePeriodSeconds: integerOf(query, 'gracePeriodSeconds') }),
  ...(query.has('orphanDependents') && { orphanDependents: isTrue(query.get('orphanDependents')) }),
  ...(query.has('propagationPolicy') && { propagationPolicy: query.get('propagationPolicy')! }),
  ...(query.has('dryRun') && { dryRun: query.getAll('dryRun') }),
});

/** A number that is not negative; undefined when it is not given or 0. */
function countOf(query: URLSearchParams, name: string): number | undefined {
  if (!query.get(name)) return undefined;
  return Math.max(0, integerOf(query, name)) || undefined;
}

function integerOf(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  const value = /^[+-]?\d{1,19}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
    invalidValue(name, text, `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`),
  ]);
}
