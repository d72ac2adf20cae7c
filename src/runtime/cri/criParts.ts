import type { Clock } from '../../clock/clock.ts';
import type { ContainerWatch } from './containerWatch.ts';
import type { CriService } from './criService.ts';
import type { PodPlaces } from './podPlaces.ts';
import type { StartTurns } from './startTurns.ts';

/** What those who make sandboxes and containers share. */
export interface CriParts {
  readonly clock: Clock;
  readonly cri: CriService;
  readonly watch: ContainerWatch;
  readonly turns: StartTurns;
  readonly places: PodPlaces;
}
