import { type FieldError, invalidValue, required, tooLong } from '../apimachinery/fieldErrors.ts';
import { configMapKey } from '../apimachinery/nameRules.ts';
import { checkRule } from '../apimachinery/validation.ts';
import type { Secret } from '../generated/types.ts';

/** All values together, decoded; keys are not counted. */
const DATA_MAX_BYTES = 1_048_576;
const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name';

/** Keys, size, and what the types that Kubernetes defines ask for. */
export const validateSecret = (secret: Secret): FieldError[] => [
  ...dataErrors(secret.data ?? {}),
  ...(TYPE_RULES.get(secret.type ?? '')?.(secret) ?? []),
];

function dataErrors(data: Readonly<Record<string, string>>): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    errors.push(...checkRule(`data[${key}]`, key, configMapKey));
    bytes += Buffer.byteLength(value, 'base64');
  }
  if (bytes > DATA_MAX_BYTES) errors.push(tooLong('data', DATA_MAX_BYTES));
  return errors;
}

type TypeRule = (secret: Secret) => FieldError[];

const has = ({ data }: Secret, key: string): boolean => data !== undefined && Object.hasOwn(data, key);

const mustHave =
  (...keys: string[]): TypeRule =>
  (secret) =>
    keys.filter((key) => !has(secret, key)).map((key) => required(`data[${key}]`));

const mustHaveJson =
  (key: string): TypeRule =>
  (secret) => {
    if (!has(secret, key)) return [required(`data[${key}]`)];
    try {
      JSON.parse(Buffer.from(secret.data![key]!, 'base64').toString());
      return [];
    } catch (error) {
      return [invalidValue(`data[${key}]`, '<secret contents redacted>', (error as Error).message)];
    }
  };

const mustNameServiceAccount: TypeRule = ({ metadata }) =>
  metadata.annotations?.[SERVICE_ACCOUNT_NAME]
    ? []
    : [required(`metadata.annotations[${SERVICE_ACCOUNT_NAME}]`)];

/** One of the two is enough. */
const mustHaveCredentials: TypeRule = (secret) =>
  has(secret, 'username') || has(secret, 'password') ? [] : mustHave('username', 'password')(secret);

const TYPE_RULES: ReadonlyMap<string, TypeRule> = new Map([
  ['kubernetes.io/service-account-token', mustNameServiceAccount],
  ['kubernetes.io/dockercfg', mustHaveJson('.dockercfg')],
  ['kubernetes.io/dockerconfigjson', mustHaveJson('.dockerconfigjson')],
  ['kubernetes.io/basic-auth', mustHaveCredentials],
  ['kubernetes.io/ssh-auth', mustHave('ssh-privatekey')],
  ['kubernetes.io/tls', mustHave('tls.crt', 'tls.key')],
]);
