import { pathSegment } from '../../apimachinery/nameRules.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CertificateSigningRequest } from '../../generated/types.ts';
import { humanDuration } from '../columns/age.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import { NONE } from '../columns/selectorText.ts';
import { CertificateSigningRequests } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { decisionErrors, validateConditions } from './conditionValidation.ts';
import { validateSpec } from './specValidation.ts';

/** `Pending`, or `Approved` and `Denied` and `Failed` as they apply, then `Issued`. */
function conditionText({ status }: CertificateSigningRequest): string {
  const types = new Set(status?.conditions?.map(({ type }) => type));
  const decided = ['Approved', 'Denied'].find((type) => types.has(type)) ?? 'Pending';
  const states = [decided];
  if (types.has('Failed')) states.push('Failed');
  if (status?.certificate) states.push('Issued');
  return states.join(',');
}

const validate = (request: CertificateSigningRequest) => [
  ...validateSpec(request),
  ...validateConditions(request),
];

/** A new condition's times are those of the request that brought it. */
function stampConditions(next: CertificateSigningRequest, now: EpochMs): void {
  for (const condition of next.status?.conditions ?? []) {
    condition.lastUpdateTime ??= timestamp(now);
    condition.lastTransitionTime ??= timestamp(now);
  }
}

/** Who asks (`spec.username`, `groups`, `uid`, `extra`) is filled in by the server, which knows. */
export const certificateSigningRequests: Resource<CertificateSigningRequest> = {
  ...CertificateSigningRequests,
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  nameProblems: pathSegment,
  subresources: {
    status: true,
    approval: {
      prepareUpdate(next, stored, now) {
        const conditions = next.status?.conditions ?? [];
        next.spec = stored.spec;
        next.status = { ...stored.status, conditions };
        stampConditions(next, now);
      },
      validateUpdate: (next, stored) => [...validate(next), ...decisionErrors(next, stored, true)],
    },
  },

  setDefaults(request) {
    request.spec ??= { request: '', signerName: '' };
  },
  validate,
  prepareUpdate(next, stored) {
    next.spec = stored.spec;
  },
  validateUpdate: (next, stored) => [...validate(next), ...decisionErrors(next, stored, false)],
  validateStatusUpdate: (next, stored) => [...validate(next), ...decisionErrors(next, stored, false)],

  columns: [
    nameColumn,
    ageColumn,
    {
      name: 'SignerName',
      type: 'string',
      description: 'Who is asked to sign.',
      cell: ({ spec }) => spec.signerName || NONE,
    },
    {
      name: 'Requestor',
      type: 'string',
      description: 'Who asks.',
      cell: ({ spec }) => spec.username ?? '',
    },
    {
      name: 'RequestedDuration',
      type: 'string',
      description: 'For how long the certificate shall be valid.',
      cell: ({ spec }) =>
        spec.expirationSeconds === undefined ? NONE : humanDuration(spec.expirationSeconds * 1000),
    },
    { name: 'Condition', type: 'string', description: 'How far the request has come.', cell: conditionText },
  ],
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName ?? '' },
};
