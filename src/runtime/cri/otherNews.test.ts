import { afterAll, beforeAll } from 'vitest';
import { TestContainerd } from './testing/containerd.ts';
import { containerdVersion, isAtLeast } from './testing/containerdBinaries.ts';
import { criContract } from './testing/criContract.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

/** Runtimes other than containerd tell of ends by CRI's events, or not at all. So does containerd when it is told to refuse its own. */
const impediment = whyNoContainers();
let containerd: TestContainerd;
beforeAll(async () => {
  if (!impediment) containerd = await TestContainerd.start({ isWithoutOwnEvents: true });
});
afterAll(() => containerd?.stop());

const news = () => (isAtLeast('1.7') ? 'told of ends by events of CRI' : 'told of no ends');
criContract(
  impediment ? 'cri (told of ends otherwise)' : `cri (containerd ${containerdVersion()}, ${news()})`,
  '10.199.2.0/24',
  () => containerd,
  impediment,
);
