import { type FieldError, invalidValue } from '../../../apimachinery/fieldErrors.ts';

const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
const PREFIX = 'pod-security.kubernetes.io/';

type Level = (typeof LEVELS)[number];

/** `baseline:latest`, `restricted:v1.30`. */
export interface LevelVersion {
  readonly level: Level;
  readonly version: string;
}

/** What a namespace wants of its pods. */
export interface Policy {
  readonly enforce: LevelVersion;
  readonly warn: LevelVersion;
  readonly errors: readonly FieldError[];
}

type Labels = Readonly<Record<string, string>>;

/** The policy that a namespace's labels ask for. Where they make no sense, the strictest is enforced, and all is let pass otherwise. */
export function policyOf(labels: Labels = {}): Policy {
  const errors: FieldError[] = [];
  const enforce = levelVersion(labels, 'enforce', 'restricted', errors);
  levelVersion(labels, 'audit', 'privileged', errors);
  const own = levelVersion(labels, 'warn', 'privileged', errors);
  // What is to be refused is warned of where only templates of it are made.
  const isSilent = labels[`${PREFIX}warn`] === undefined && rank(enforce.level) > rank(own.level);
  return { enforce, warn: isSilent ? enforce : own, errors };
}

/** Most namespaces want nothing. */
export const hasPolicy = (labels: Labels | undefined): boolean => {
  for (const key in labels) if (key.startsWith(PREFIX)) return true;
  return false;
};

export const rank = (level: Level): number => LEVELS.indexOf(level);

export const policyText = ({ level, version }: LevelVersion): string => `${level}:${version}`;

/** 36 for `v1.36`, endless for `latest`. */
export const minorOf = ({ version }: LevelVersion): number =>
  version === 'latest' ? Number.POSITIVE_INFINITY : Number(version.slice('v1.'.length));

function levelVersion(labels: Labels, mode: string, fallback: Level, errors: FieldError[]): LevelVersion {
  const level = labels[`${PREFIX}${mode}`];
  const version = labels[`${PREFIX}${mode}-version`];
  const known = LEVELS.find((each) => each === level);
  if (level !== undefined && !known)
    errors.push(invalidValue(fieldOf(mode), level, `must be one of ${LEVELS.join(', ')}`));
  const isVersion = version === undefined || /^(latest|v1\.(0|[1-9]\d{0,2}))$/.test(version);
  if (!isVersion)
    errors.push(invalidValue(fieldOf(`${mode}-version`), version, 'must be "latest" or "v1.x"'));
  const wanted = level === undefined ? 'privileged' : (known ?? fallback);
  return { level: wanted, version: isVersion ? (version ?? 'latest') : 'latest' };
}

const fieldOf = (mode: string): string => `metadata.labels[${PREFIX}${mode}]`;
