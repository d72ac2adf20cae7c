import { type FieldError, invalidValue } from '../../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain } from '../../../apimachinery/nameRules.ts';
import type { WindowsSecurityContextOptions } from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';

const MOST_CREDENTIALS_KIB = 64;
const LONGEST_DOMAIN = 255;
const LONGEST_USER = 104;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/;
const NET_BIOS_DOMAIN = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS_DOMAIN = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`);

export function checkWindowsOptions(
  errors: FieldError[],
  field: string,
  options: WindowsSecurityContextOptions | undefined,
): void {
  if (!options) return;
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (name !== undefined) checkNamed(errors, `${field}.gmsaCredentialSpecName`, name, dns1123Subdomain);
  const problem = spec === undefined ? undefined : credentialsProblem(spec);
  if (problem) errors.push(invalidValue(`${field}.gmsaCredentialSpec`, spec, problem));
  if (user === undefined) return;
  for (const wrong of userProblems(user)) {
    errors.push(invalidValue(`${field}.runAsUserName`, user, wrong));
  }
}

function credentialsProblem(spec: string): string | undefined {
  if (spec === '') return 'gmsaCredentialSpec cannot be an empty string';
  if (Buffer.byteLength(spec) <= MOST_CREDENTIALS_KIB * 1024) return undefined;
  return `gmsaCredentialSpec size must be under ${MOST_CREDENTIALS_KIB} KiB`;
}

/** What is wrong with `user` or `domain\user`. */
function userProblems(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (CONTROL.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const problems = parts.length === 2 ? domainProblems(parts[0]!) : [];
  const user = parts.at(-1)!;
  if (user === '') problems.push("runAsUserName's User cannot be empty");
  else if (Buffer.byteLength(user) > LONGEST_USER)
    problems.push(`runAsUserName's User length must not be longer than ${LONGEST_USER} characters`);
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user))
    problems.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  return problems;
}

function domainProblems(domain: string): string[] {
  const problems: string[] = [];
  if (Buffer.byteLength(domain) > LONGEST_DOMAIN)
    problems.push(`runAsUserName's Domain length must be under ${LONGEST_DOMAIN + 1} characters`);
  if (!NET_BIOS_DOMAIN.test(domain) && !DNS_DOMAIN.test(domain))
    problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  return problems;
}
