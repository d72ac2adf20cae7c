import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  webcrypto,
} from 'node:crypto';
import { KEY_ALGORITHM } from './x509.ts';

/** A new private key as PEM (PKCS#8). */
export function newPrivateKeyPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** The pair in the form that the x509 library signs with. */
export async function webCryptoKeys(privateKeyPem: string): Promise<webcrypto.CryptoKeyPair> {
  const key = createPrivateKey(privateKeyPem);
  return {
    privateKey: await importKey(key, 'pkcs8', ['sign']),
    publicKey: await importKey(createPublicKey(key), 'spki', ['verify']),
  };
}

const importKey = (key: KeyObject, type: 'pkcs8' | 'spki', usages: webcrypto.KeyUsage[]) => {
  const der = type === 'pkcs8' ? key.export({ type, format: 'der' }) : key.export({ type, format: 'der' });
  return webcrypto.subtle.importKey(type, der, KEY_ALGORITHM, true, usages);
};
