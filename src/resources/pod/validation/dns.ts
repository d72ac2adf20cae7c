import { type FieldError, invalidValue, required } from '../../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain, searchDomain } from '../../../apimachinery/nameRules.ts';
import type { HostAlias, PodDNSConfig, PodSpec } from '../../../generated/types.ts';
import { checkNamed, checkSupported } from '../../checks.ts';
import { checkIp } from '../../ipAddress.ts';

const POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
/** What libc's resolver takes. */
const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 32;
const LONGEST_SEARCH_LIST = 2048;

export function checkHostAliases(
  errors: FieldError[],
  field: string,
  aliases: readonly HostAlias[] | undefined,
): void {
  for (const [index, { ip, hostnames }] of (aliases ?? []).entries()) {
    checkIp(errors, `${field}[${index}].ip`, ip);
    for (const [at, name] of (hostnames ?? []).entries()) {
      checkNamed(errors, `${field}[${index}].hostnames[${at}]`, name, dns1123Subdomain);
    }
  }
}

export const checkDnsPolicy = (errors: FieldError[], field: string, policy: string | undefined): void =>
  checkSupported(errors, field, policy, POLICIES);

/** Who wants none of the cluster's servers must name others. */
export function checkDnsConfig(
  errors: FieldError[],
  field: string,
  { dnsPolicy, dnsConfig }: Pick<PodSpec, 'dnsPolicy' | 'dnsConfig'>,
): void {
  if (dnsPolicy === 'None' && !dnsConfig) {
    errors.push(required(field, 'must provide `dnsConfig` when `dnsPolicy` is None'));
  } else if (dnsPolicy === 'None' && !dnsConfig?.nameservers?.length) {
    const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    errors.push(required(`${field}.nameservers`, detail));
  } else if (dnsConfig) checkResolver(errors, field, dnsConfig);
}

function checkResolver(errors: FieldError[], field: string, config: PodDNSConfig): void {
  const { nameservers = [], searches = [], options = [] } = config;
  if (nameservers.length > MOST_NAMESERVERS) {
    const detail = `must not have more than ${MOST_NAMESERVERS} nameservers`;
    errors.push(invalidValue(`${field}.nameservers`, nameservers, detail));
  }
  for (const [index, address] of nameservers.entries())
    checkIp(errors, `${field}.nameservers[${index}]`, address);
  checkSearches(errors, `${field}.searches`, searches);
  for (const [index, { name }] of options.entries()) {
    if (!name) errors.push(required(`${field}.options[${index}]`, 'must not be empty'));
  }
}

function checkSearches(errors: FieldError[], field: string, searches: readonly string[]): void {
  if (searches.length > MOST_SEARCHES) {
    errors.push(invalidValue(field, searches, `must not have more than ${MOST_SEARCHES} search paths`));
  }
  if (searches.join(' ').length > LONGEST_SEARCH_LIST) {
    const detail = `must not have more than ${LONGEST_SEARCH_LIST} characters (including spaces) in the search list`;
    errors.push(invalidValue(field, searches, detail));
  }
  for (const [index, search] of searches.entries()) {
    if (search !== '.') checkNamed(errors, `${field}[${index}]`, search.replace(/\.$/, ''), searchDomain);
  }
}
