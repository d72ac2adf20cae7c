import type { FieldError } from '../apimachinery/fieldErrors.ts';
import type { KubernetesObject } from '../apimachinery/object.ts';
import type { ResourceType } from '../apimachinery/resourceType.ts';
import type { Definition } from '../apimachinery/schema/schema.ts';
import type { StructuralSchema } from '../apimachinery/structural/structuralSchema.ts';
import type { EpochMs } from '../clock/clock.ts';

/**
 * Everything the API server needs to know of one kind. Adding a kind is adding a module that exports one of these.
 *
 * The generic part of the registry does what is the same for all: metadata (uid, timestamps, names), validation of
 * metadata, `generation`, finalizers, compare-and-swap, and the division of an object into its status (only `/status`
 * writes it) and the rest (which `/status` leaves alone). A module says only what is particular to its kind.
 * Objects given to `setDefaults` and the `prepare…` functions are the request's own: change them in place. `stored` is shared and frozen.
 */
export interface Resource<T extends KubernetesObject = KubernetesObject> extends ResourceType<T> {
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Other API versions under which clients may speak of it. Stored objects are always in `version`. */
  readonly alternatives?: readonly Alternative[];
  /** As `Alternative.deprecation`, of the stored version itself. */
  readonly deprecation?: string;
  /** What only a custom kind has: it stands for one of its versions. */
  readonly custom?: CustomKind;
  /** Records that are only answered, never kept (TokenReview, SelfSubjectAccessReview…), are not Resources. */
  readonly subresources?: {
    readonly status?: true;
    readonly scale?: ScaleAccess<T>;
    /** What a write to `/approval` may change; `next` holds what was sent. */
    readonly approval?: UpdateRules<T>;
    /** What a write to `/ephemeralcontainers` may change. */
    readonly ephemeralContainers?: UpdateRules<T>;
  };
  /** A new object's status is taken as sent (nodes register with theirs); of other kinds that have `/status` it is dropped. */
  readonly keepsStatusOnCreate?: true;
  /** Whether `metadata.generation` counts changes of the spec. */
  readonly hasGeneration?: true;
  /** What is wrong with a name, in upstream's words; a DNS-1123 subdomain is asked for unless given. */
  nameProblems?(name: string, isPrefix: boolean): readonly string[];
  /** PUT of a name that does not exist creates it (upstream's AllowCreateOnUpdate: leases, events, roles…). */
  readonly createOnUpdate?: true;
  /** PUT without resourceVersion is refused (upstream's AllowUnconditionalUpdate is false). */
  readonly requiresResourceVersion?: true;

  setDefaults?(object: T): void;
  prepareCreate?(object: T, warn?: (text: string) => void): void;
  validate(object: T): readonly FieldError[];
  prepareUpdate?(next: T, stored: T): void;
  /** Called after `validate(next)`-like checks are due as well: return all errors of an update, those of `validate` included. */
  validateUpdate(next: T, stored: T): readonly FieldError[];
  prepareStatusUpdate?(next: T, stored: T): void;
  validateStatusUpdate?(next: T, stored: T): readonly FieldError[];
  /** Texts for `Warning:` headers. */
  warnings?(object: T, stored: T | undefined): readonly string[];
  /** A deletion that does not say what becomes of its dependents leaves them (upstream's DefaultGarbageCollectionPolicy), and tells so. */
  readonly orphansByDefault?: { readonly warning?: string };
  /** How long a deletion waits for its end, in seconds; 0 (the rule) removes the object at once. Pods differ. */
  gracePeriodSeconds?(object: T, requested: number | undefined): number;

  /** The columns of `kubectl get`, without Namespace (clients add it). */
  readonly columns: readonly Column<T>[];
  /** Beyond `metadata.name` and `metadata.namespace`: field selectors that upstream takes for this kind. */
  readonly selectableFields?: SelectableFields<T>;
}

/** A kind that is not built in, in one version: it brings its structure along. */
export interface CustomKind {
  readonly definition: Definition;
  /** The version in which objects are kept. */
  readonly storedVersion: string;
  /** The version that objects bear while they are written, until the store has them. */
  readonly writtenVersion: string;
  /** Present where a webhook converts between versions; else they differ in nothing but their `apiVersion`. */
  readonly conversion?: CustomConversion;
  /** The versions in which clients may speak of it. */
  readonly servedVersions: readonly string[];
  readonly listKind: string;
  /** Its definition is on its way out: nothing new is taken in. */
  readonly isTerminating: boolean;
  /**
   * A stored object as clients see it: in this version, and by its schema of today. The very object where nothing differs. Where there is a
   * `conversion` it must have been prepared.
   */
  show(stored: KubernetesObject): KubernetesObject;
  /** What OpenAPI says of it. */
  readonly schema: StructuralSchema;
}

/** What takes time to show, and to keep, objects of a kind whose versions a webhook converts. */
export interface CustomConversion {
  /** Resolves when these stored objects can be shown in this version; undefined when they can already. */
  prepare(stored: readonly KubernetesObject[]): Promise<void> | undefined;
  /** One object in another version, or the very one. */
  convert(object: KubernetesObject, version: string): Promise<KubernetesObject>;
  /** The kind in another version; undefined when it has no such one. */
  inVersion(version: string): Resource | undefined;
}

export interface SelectableFields<T> {
  readonly [field: string]: FieldGetter<T>['get'];
}
/** Written as a method, so that a `Resource<Pod>` is a `Resource`. */
interface FieldGetter<T> {
  get(object: T): string;
}

/** How one subresource updates its object. */
export interface UpdateRules<T> {
  prepareUpdate(next: T, stored: T, now: EpochMs): void;
  validateUpdate(next: T, stored: T): readonly FieldError[];
}

/** One column of a table (`metav1.TableColumnDefinition`) and how its cell is filled. */
export interface Column<T extends KubernetesObject> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean' | 'number';
  /** `name`, or what a custom column says. */
  readonly format?: string;
  readonly description: string;
  /** 0 is always shown, 1 only with `-o wide`. */
  readonly priority?: number;
  /** Null where there is nothing to show. */
  cell(object: T, now: EpochMs): string | number | boolean | null;
}

/** An older or other API version of a kind, converted at the edge. */
export interface Alternative {
  readonly group: string;
  readonly version: string;
  /** `batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob` */
  readonly deprecation?: string;
  /** From this version to the stored one, and back. Identity (with apiVersion changed by the caller) when absent. */
  toStored?(object: KubernetesObject): KubernetesObject;
  fromStored?(object: KubernetesObject): KubernetesObject;
}

/** What `/scale` reads and writes. */
export interface ScaleAccess<T> {
  replicas(object: T): number;
  setReplicas(object: T, replicas: number): void;
  statusReplicas(object: T): number;
  /** The label selector as text. */
  selector(object: T): string;
}
