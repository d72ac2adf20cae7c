import type { ClusterRole } from '../../../generated/types.ts';
import { clusterRole, pathRule, rule } from './rules.ts';

/** What all users may do, and what those may who watch over the cluster. */
export const everyonesRoles: readonly ClusterRole[] = [
  clusterRole('system:basic-user', [
    rule(['create'], 'authorization', 'selfsubjectaccessreviews selfsubjectrulesreviews'),
    rule(['create'], 'authentication', 'selfsubjectreviews'),
  ]),
  clusterRole('system:discovery', [
    pathRule('/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/'),
  ]),
  clusterRole('system:public-info-viewer', [pathRule('/healthz /livez /readyz /version /version/')]),
  clusterRole('system:service-account-issuer-discovery', [
    pathRule('/.well-known/openid-configuration /openid/v1/jwks'),
  ]),
  clusterRole('system:monitoring', [
    pathRule('/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*'),
  ]),
];
