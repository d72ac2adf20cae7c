import { dns1123Subdomain } from '../apimachinery/nameRules.ts';
import type { ObjectMeta } from '../generated/types.ts';
import type { AnnotationRule } from './annotationRules.ts';

// Who wants to be told of runs, and of which: on a CronJob, or on a Job (#22207). Without them nobody is told anything.

const NOTIFY = 'sampan.dev/notify';
const NOTIFY_ON = 'sampan.dev/notify-on';
const NOTIFY_SECRET = 'sampan.dev/notify-secret';

const OCCASIONS = ['failed', 'missed', 'succeeded', 'started'] as const;
export type Occasion = (typeof OCCASIONS)[number];
const USUAL: readonly Occasion[] = ['failed', 'missed'];

/** Where notifications go, and which. */
export interface NotifyTarget {
  readonly url: string;
  readonly on: readonly Occasion[];
  /** A secret of the same namespace; its key `authorization` is sent as the header of that name. */
  readonly secret?: string;
}

/** What the annotations ask for; undefined where they name no receiver. */
export function notifyTarget({ annotations }: ObjectMeta): NotifyTarget | undefined {
  const url = annotations?.[NOTIFY];
  if (url === undefined || !isReceiver(url)) return undefined;
  const on = annotations?.[NOTIFY_ON];
  const secret = annotations?.[NOTIFY_SECRET];
  return {
    url,
    on: on !== undefined && areOccasions(on) ? (listOf(on) as Occasion[]) : USUAL,
    ...(secret !== undefined && isName(secret) && { secret }),
  };
}

/** No password in it: annotations are for everybody to read. */
function isReceiver(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const areOccasions = (text: string) =>
  listOf(text).length > 0 && listOf(text).every((part) => (OCCASIONS as readonly string[]).includes(part));

const isName = (text: string) => dns1123Subdomain(text).length === 0;

export const NOTIFY_RULES: readonly AnnotationRule[] = [
  [NOTIFY, isReceiver, 'an http or https URL without a password'],
  [NOTIFY_ON, areOccasions, `one or more of ${OCCASIONS.join(', ')}, with commas between them`],
  [NOTIFY_SECRET, isName, 'the name of a secret'],
];
