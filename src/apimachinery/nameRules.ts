/**
 * What a string may look like, in upstream's words (`k8s.io/apimachinery/pkg/util/validation`). Each rule returns
 * what is wrong with a value, nothing when it is right.
 */
export type NameRule = (value: string) => string[];

const DNS_LABEL_MAX_BYTES = 63;
const DNS_SUBDOMAIN_MAX_BYTES = 253;

interface Pattern {
  readonly source: string;
  readonly regexp: RegExp;
  readonly problem: string;
}

const pattern = (source: string, message: string, ...examples: string[]): Pattern => ({
  source,
  regexp: new RegExp(`^${source}$`),
  problem: regexProblem(message, source, examples),
});

function regexProblem(message: string, source: string, examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${source}')`;
  const list = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${list}regex used for validation is '${source}')`;
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS1123_LABEL = pattern(
  LABEL,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  'my-name',
  '123-abc',
);
const DNS1123_SUBDOMAIN = pattern(
  `${LABEL}(\\.${LABEL})*`,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  'example.com',
);
const LABEL_WITH_UNDERSCORES = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SEARCH_DOMAIN = pattern(
  `${LABEL_WITH_UNDERSCORES}(\\.${LABEL_WITH_UNDERSCORES})*`,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  'example.com',
);
const DNS1035_LABEL = pattern(
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  'my-name',
  'abc-123',
);
const LABEL_KEY = pattern(
  '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]',
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  'MyName',
  'my.name',
  '123-abc',
);
const LABEL_VALUE = pattern(
  `(${LABEL_KEY.source})?`,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  'MyValue',
  'my_value',
  '12345',
);
const CONFIG_MAP_KEY = pattern(
  '[-._a-zA-Z0-9]+',
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  'key.name',
  'KEY_NAME',
  'key-name',
);
const HTTP_HEADER = pattern(
  '[-A-Za-z0-9]+',
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  'X-Header-Name',
);
const HTTP_PATH = pattern("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+", 'Invalid path');
const PERCENT = pattern(
  '[0-9]+%',
  "a valid percent string must be a numeric string followed by an ending '%'",
  '1%',
  '93%',
);
const CONDITION_REASON = pattern(
  '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?',
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  'my_name',
  'MY_NAME',
  'MyName',
  'ReasonA,ReasonB',
  'ReasonA:ReasonB',
);

export const rangeProblem = (low: number, high: number) => `must be between ${low} and ${high}, inclusive`;
const EMPTY = 'must be non-empty';

const longerThan = (value: string, max: number): string[] =>
  Buffer.byteLength(value) > max ? [`must be no more than ${max} bytes`] : [];

const mismatch = (value: string, { regexp, problem }: Pattern): string[] =>
  regexp.test(value) ? [] : [problem];

/** A container's, a namespace's or a pod host's name: `my-name`. */
export const dns1123Label: NameRule = (value) => {
  const tooLong = longerThan(value, DNS_LABEL_MAX_BYTES);
  if (DNS1123_LABEL.regexp.test(value)) return tooLong;
  const dotted = DNS1123_SUBDOMAIN.regexp.test(value);
  return [...tooLong, dotted ? 'must not contain dots' : DNS1123_LABEL.problem];
};

/** Most objects' names: `example.com`. */
export const dns1123Subdomain: NameRule = (value) => [
  ...longerThan(value, DNS_SUBDOMAIN_MAX_BYTES),
  ...mismatch(value, DNS1123_SUBDOMAIN),
];

/** A domain in which names are looked up: since 1.33 it may have underscores (KEP-4427). */
export const searchDomain: NameRule = (value) => [
  ...longerThan(value, DNS_SUBDOMAIN_MAX_BYTES),
  ...mismatch(value, SEARCH_DOMAIN),
];

/** A service's name: like a DNS label, but it starts with a letter. */
export const dns1035Label: NameRule = (value) => [
  ...longerThan(value, DNS_LABEL_MAX_BYTES),
  ...mismatch(value, DNS1035_LABEL),
];

const MOST_REMEMBERED = 10_000;
/** A cluster has few different keys, and they are looked at in every write. */
const rightNames = new Set<string>();

/** The key of a label or an annotation, a finalizer, a resource: `example.com/name` or `name`. */
export const qualifiedName: NameRule = (value) => {
  if (rightNames.has(value)) return [];
  const problems = qualifiedNameProblems(value);
  if (problems.length > 0) return problems;
  if (rightNames.size >= MOST_REMEMBERED) rightNames.clear();
  rightNames.add(value);
  return problems;
};

function qualifiedNameProblems(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [
      `a valid label key ${LABEL_KEY.problem} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1)!;
  return [...(parts.length === 2 ? prefixProblems(parts[0]!) : []), ...namePartProblems(name)];
}

const prefixProblems = (prefix: string): string[] =>
  (prefix ? dns1123Subdomain(prefix) : [EMPTY]).map((problem) => `prefix part ${problem}`);

const namePartProblems = (name: string): string[] =>
  [...(name ? longerThan(name, DNS_LABEL_MAX_BYTES) : [EMPTY]), ...mismatch(name, LABEL_KEY)].map(
    (problem) => `name part ${problem}`,
  );

export const labelValue: NameRule = (value) => [
  ...longerThan(value, DNS_LABEL_MAX_BYTES),
  ...mismatch(value, LABEL_VALUE),
];

/** The relaxed rule, which is the default since 1.34 (KEP-4369): printable ASCII without `=`. */
export const envVarName: NameRule = (value) => {
  if (!value) return [`environment variable name ${EMPTY}`];
  return /^[\x20-\x3c\x3e-\x7e]*$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
};

export const configMapKey: NameRule = (value) => [
  ...longerThan(value, DNS_SUBDOMAIN_MAX_BYTES),
  ...mismatch(value, CONFIG_MAP_KEY),
  ...parentDirectoryProblems(value),
];

function parentDirectoryProblems(value: string): string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

/** The name of a port (an IANA service name). */
export const portName: NameRule = (value) => [
  ...longerThan(value, 15),
  ...(/^[-a-z0-9]+$/.test(value)
    ? []
    : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
  ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(value) ? ['must not begin or end with a hyphen'] : []),
];

/** A name that may stand in a URL's path: what RBAC objects and CSRs are content with. */
export const pathSegment: NameRule = (value) => {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`);
};

export const httpHeaderName: NameRule = (value) => mismatch(value, HTTP_HEADER);
export const httpPath: NameRule = (value) => mismatch(value, HTTP_PATH);
export const percentString: NameRule = (value) => mismatch(value, PERCENT);
export const conditionReason: NameRule = (value) => mismatch(value, CONDITION_REASON);

export const portNumber = (port: number): string[] =>
  port >= 1 && port <= 65535 ? [] : [rangeProblem(1, 65535)];

/** The rule for a `generateName`: a trailing dash is right, for something follows it. */
export const asPrefix =
  (rule: NameRule): NameRule =>
  (value) =>
    rule(value.length > 1 && value.endsWith('-') ? `${value.slice(0, -2)}a` : value);
