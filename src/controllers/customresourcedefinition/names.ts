import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionStatus,
} from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';

/** Names that others of the group have already: within a group each means one kind. */
interface Taken {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

/** Which names a definition may have, and whether its kind is served for that (upstream's naming and establishing controllers). */
export function acceptNames(
  definition: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
): Required<Pick<CustomResourceDefinitionStatus, 'acceptedNames' | 'conditions'>> {
  const taken = takenBy(others, definition);
  const { spec, status } = definition;
  const before = status?.acceptedNames ?? { plural: '', kind: '' };
  const acceptedNames: CustomResourceDefinitionNames = { ...before };
  let problem: { reason: string; message: string } | undefined;
  const take = <Name extends keyof CustomResourceDefinitionNames>(name: Name, set: ReadonlySet<string>) => {
    const wanted = spec.names[name];
    const clash = [wanted ?? []].flat().find((each) => set.has(each));
    if (clash === undefined) {
      if (wanted === undefined) delete acceptedNames[name];
      else acceptedNames[name] = wanted;
    } else
      problem = { reason: `${REASONS[name]}Conflict`, message: `${JSON.stringify(clash)} is already in use` };
  };
  take('plural', taken.resources);
  take('singular', taken.resources);
  take('shortNames', taken.resources);
  take('kind', taken.kinds);
  take('listKind', taken.kinds);
  if (spec.names.categories) acceptedNames.categories = spec.names.categories;
  else delete acceptedNames.categories;
  return { acceptedNames, conditions: conditionsOf(definition, problem) };
}

const REASONS: Readonly<Record<keyof CustomResourceDefinitionNames, string>> = {
  plural: 'Plural',
  singular: 'Singular',
  shortNames: 'ShortNames',
  kind: 'Kind',
  listKind: 'ListKind',
  categories: 'Categories',
};

/** Of two that come at once, and are not looked at yet, the older has its names. */
function takenBy(others: readonly CustomResourceDefinition[], definition: CustomResourceDefinition): Taken {
  const names = others.flatMap(
    (other) => other.status?.acceptedNames ?? (isBefore(other, definition) ? other.spec.names : []),
  );
  const resources = names.flatMap(({ plural, singular, shortNames = [] }) => [
    plural,
    singular ?? '',
    ...shortNames,
  ]);
  const kinds = names.flatMap(({ kind, listKind }) => [kind, listKind ?? '']);
  return { resources: new Set(resources.filter(Boolean)), kinds: new Set(kinds.filter(Boolean)) };
}

function isBefore(
  { metadata: a }: CustomResourceDefinition,
  { metadata: b }: CustomResourceDefinition,
): boolean {
  const [first = '', second = ''] = [a.creationTimestamp, b.creationTimestamp];
  return first < second || (first === second && (a.name ?? '') < (b.name ?? ''));
}

/** What was established stays so, whatever becomes of its names. */
function conditionsOf(
  definition: CustomResourceDefinition,
  problem: { reason: string; message: string } | undefined,
): CustomResourceDefinitionCondition[] {
  const accepted = problem
    ? { type: 'NamesAccepted', status: 'False', ...problem }
    : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
  const established = conditionOf(definition, 'Established');
  if (established?.status === 'True') return [accepted, established];
  return [
    accepted,
    problem
      ? { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
      : {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
  ];
}
