// Annotations whose place the fields `seccompProfile` and `appArmorProfile` have taken. Those of a container end with its name.

export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
export const APP_ARMOR_CONTAINER = 'container.apparmor.security.beta.kubernetes.io/';
/** What the value of one begins with that names a profile of the node. */
export const LOCALHOST = 'localhost/';
