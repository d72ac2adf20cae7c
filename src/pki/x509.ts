// The library wants the polyfill first, and both together cost 60 ms: they are loaded when a certificate is made, not at every start.
export async function loadX509() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** All keys are ECDSA on P-256: made in a millisecond where RSA takes hundreds. */
export const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
