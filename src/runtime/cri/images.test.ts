import { expect, test } from 'vitest';
import { CriError } from './criClient.ts';
import type { CriService } from './criService.ts';
import type { PullImageRequest } from './imageMessages.ts';
import { pullImage } from './images.ts';

const secret = (registry: string) => ({ registry, username: `of ${registry}`, password: 'secret' });

/** Refuses everybody but the last. */
function refusing(requests: PullImageRequest[], tries: number): CriService {
  const pull = async (request: PullImageRequest) => {
    requests.push(request);
    if (requests.length < tries) throw new CriError('Unknown', 'unauthorized');
    return 'sha256:1';
  };
  return { pullImage: pull } as unknown as CriService;
}

const cases: Record<string, { image: string; secrets: string[]; tried: string[] }> = {
  'its registry': { image: 'a.test:5000/app:1', secrets: ['b.test', 'a.test:5000'], tried: ['a.test:5000'] },
  'its registry, as docker login writes it': {
    image: 'busybox:1',
    secrets: ['https://index.docker.io/v1/', 'a.test'],
    tried: ['https://index.docker.io/v1/'],
  },
  'the beginning of its path before those of the host': {
    image: 'a.test/team/app:1',
    secrets: ['a.test', 'a.test/team', 'a.test/other'],
    tried: ['a.test/team', 'a.test'],
  },
  'any host of a domain': {
    image: 'eu.a.test/app',
    secrets: ['*.a.test', '*.b.test', 'a.test', '*.*.test'],
    tried: ['*.a.test', '*.*.test'],
  },
  'no other port': { image: 'a.test:5000/app', secrets: ['a.test', 'a.test:5001'], tried: [] },
};
for (const [name, { image, secrets, tried }] of Object.entries(cases))
  test(`an image is pulled with the secrets for ${name}, one after the other`, async () => {
    const requests: PullImageRequest[] = [];
    const tries = Math.max(1, tried.length);
    expect(await pullImage(refusing(requests, tries), image, secrets.map(secret))).toBe('sha256:1');
    const auths = tried.map((registry) => ({ username: `of ${registry}`, password: 'secret' }));
    const wanted = auths.length > 0 ? auths : [undefined];
    expect(requests).toEqual(wanted.map((auth) => ({ image: { image }, auth })));
  });
