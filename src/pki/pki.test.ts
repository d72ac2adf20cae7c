import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { CertificateAuthority, publicKeyHash } from './certificateAuthority.ts';
import { certificateRequest, requestSubject } from './certificateRequest.ts';

const now = Date.UTC(2026, 0, 1);
const authority = await CertificateAuthority.create(now);

test('what the authority issues names its subject and is signed by it', async () => {
  const { certificate } = await authority.issue(
    { commonName: 'kube-apiserver', hosts: ['localhost', '127.0.0.1'] },
    { usages: ['server auth'], now },
  );
  const parsed = new X509Certificate(certificate);
  expect(parsed.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
  expect(parsed.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
  expect(parsed.subject).toBe('CN=kube-apiserver');
});

test('a request is signed for the subject that it names', async () => {
  const subject = { commonName: 'system:node:node04', organizations: ['system:nodes'] };
  const { request } = await certificateRequest(subject);
  expect(await requestSubject(request)).toEqual(subject);
  const signed = new X509Certificate(
    await authority.signRequest(request, { usages: ['client auth'], now, lifeMs: 3_600_000 }),
  );
  expect(signed.subject).toBe('O=system:nodes\nCN=system:node:node04');
  expect(Date.parse(signed.validTo)).toBe(now + 3_600_000);
});

test('a request keeps the hosts that it names', async () => {
  const hosts = ['node04', 'node04.local', '192.168.7.4', 'fd00::4'];
  const { request } = await certificateRequest({ commonName: 'system:node:node04', hosts });
  expect((await requestSubject(request)).hosts).toEqual(hosts);
  const signed = new X509Certificate(await authority.signRequest(request, { usages: ['server auth'], now }));
  expect(signed.subjectAltName).toBe(
    'DNS:node04, DNS:node04.local, IP Address:192.168.7.4, IP Address:FD00:0:0:0:0:0:0:4',
  );
});

test('another authority has another hash', async () => {
  const other = await CertificateAuthority.create(now);
  expect(publicKeyHash(authority.certificate)).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(publicKeyHash(other.certificate)).not.toBe(publicKeyHash(authority.certificate));
});
