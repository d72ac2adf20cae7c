import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import { dns1123Label, dns1123Subdomain, type NameRule } from '../../apimachinery/nameRules.ts';
import type { CertificateSigningRequest } from '../../generated/types.ts';

const SHORTEST_DURATION_SECONDS = 600;
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const REQUEST_BLOCK = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/;

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

/** Whether the request's own signature is right is for the signer to find out. */
export function validateSpec({ spec }: CertificateSigningRequest): FieldError[] {
  const { request = '', signerName = '', expirationSeconds, usages = [] } = spec ?? {};
  const errors = [...requestErrors(request), ...usageErrors(usages), ...signerErrors(signerName)];
  if (expirationSeconds !== undefined && expirationSeconds < SHORTEST_DURATION_SECONDS) {
    errors.push(
      invalidValue(
        'spec.expirationSeconds',
        expirationSeconds,
        `may not specify a duration less than ${SHORTEST_DURATION_SECONDS} seconds (10 minutes)`,
      ),
    );
  }
  return errors;
}

function requestErrors(request: string): FieldError[] {
  const [, block] = REQUEST_BLOCK.exec(Buffer.from(request, 'base64').toString('latin1')) ?? [];
  return block === 'CERTIFICATE REQUEST'
    ? []
    : [invalidValue('spec.request', request, 'PEM block type must be CERTIFICATE REQUEST')];
}

function usageErrors(usages: readonly string[]): FieldError[] {
  if (usages.length === 0) return [required('spec.usages')];
  return usages.flatMap((usage, index) => {
    const field = `spec.usages[${index}]`;
    return [
      ...(USAGES.includes(usage) ? [] : [notSupported(field, usage, USAGES)]),
      ...(usages.indexOf(usage) < index ? [duplicate(field, usage)] : []),
    ];
  });
}

/** `<domain>/<path>`, the path of dotted words: `kubernetes.io/kube-apiserver-client`. */
function signerErrors(signerName: string): FieldError[] {
  const field = 'spec.signerName';
  if (!signerName) return [required(field)];
  if (signerName === LEGACY_SIGNER) {
    return [invalidValue(field, signerName, 'legacy-unknown is not allowed via this API version')];
  }
  const [domain = '', path, ...rest] = signerName.split('/');
  if (path === undefined || rest.length > 0) {
    return [
      invalidValue(
        field,
        signerName,
        "must be a fully qualified domain and path of the form 'example.com/signer-name'",
      ),
    ];
  }
  return [
    ...firstWordErrors(domain, dns1123Label),
    ...(domain.includes('.')
      ? []
      : [invalidValue(field, domain, 'should be a domain with at least two segments separated by dots')]),
    ...firstWordErrors(path, dns1123Subdomain),
  ];
}

/** What is wrong with the first dotted word that breaks the rule: one is enough to tell. */
function firstWordErrors(words: string, rule: NameRule): FieldError[] {
  const wrong = words.split('.').find((word) => rule(word).length > 0);
  if (wrong === undefined) return [];
  return rule(wrong).map((problem) =>
    invalidValue('spec.signerName', words, `validating label ${JSON.stringify(wrong)}: ${problem}`),
  );
}
