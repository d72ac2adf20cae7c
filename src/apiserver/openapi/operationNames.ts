/** `core_v1`, `rbacAuthorization_v1` */
export function tagOf({ group, version }: { group: string; version: string }): string {
  const name = groupName(group);
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}_${version}`;
}

/** `RbacAuthorization` of `rbac.authorization.k8s.io`. */
export const groupName = (group: string): string =>
  group
    ? group
        .replace(/\.k8s\.io$/, '')
        .split('.')
        .map(pascal)
        .join('')
    : 'Core';

export const pascal = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
