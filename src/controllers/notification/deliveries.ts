import { messageOf } from '../../apimachinery/errors.ts';
import type { Client } from '../../client/client.ts';
import type { Cancel, Clock, Ms } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Answer, Courier } from './courier.ts';
import { DeliveryReport } from './deliveryReport.ts';
import { Lanes } from './lanes.ts';
import { letterOf } from './letter.ts';
import { type Delivery, hostOf, type Notice, type Progress } from './notice.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** How many requests are under way at once, to different hosts. */
const CONCURRENT_POSTS = 8;

interface Entry {
  delivery: Delivery;
  kind: Progress['kind'];
  tries: number;
  since: Ms;
  isUnderWay: boolean;
}

/**
 * What is on its way to receivers, in memory: the objects themselves hold what has been delivered, and after a restart their controllers
 * bring the rest again. One at a time to each host, a few hosts at once, and again later what did not arrive.
 */
export class Deliveries {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #report: DeliveryReport;
  readonly #courier: Courier;
  readonly #entries = new Map<string, Entry>();
  readonly #lanes = new Lanes<Entry>();
  readonly #handlers: ((notice: Notice) => void)[] = [];
  readonly #stopped = new AbortController();
  #underWay = 0;
  #alarm: { readonly time: Ms; readonly cancel: Cancel } | undefined;

  constructor(context: Omit<ControllerContext, 'informers'>, courier: Courier) {
    this.#client = context.client;
    this.#clock = context.clock;
    this.#random = context.random.stream('notification');
    this.#report = new DeliveryReport(context);
    this.#courier = courier;
  }

  /** Calls the handler when a delivery has come to its end. */
  onEnd(handler: (notice: Notice) => void): void {
    this.#handlers.push(handler);
  }

  progressOf(id: string): Progress | undefined {
    const entry = this.#entries.get(id);
    return entry && { kind: entry.kind, notice: entry.delivery.notice };
  }

  /** Sends it, and goes on until it has arrived or cannot. One that is on its way already goes to the new target from now on. */
  add(delivery: Delivery): void {
    const existing = this.#entries.get(delivery.id);
    if (existing) {
      this.#redirect(existing, delivery);
      return;
    }
    const since = this.#clock.elapsed();
    const entry: Entry = { delivery, kind: 'pending', tries: 0, since, isUnderWay: false };
    this.#entries.set(delivery.id, entry);
    this.#send(entry, since);
  }

  /** Lets go of it, whether it has come to its end or not. */
  forget(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#lanes.remove(hostOf(entry.delivery), entry);
  }

  /** Sends nothing more; what is under way is cut off. */
  stop(): void {
    this.#stopped.abort();
    this.#alarm?.cancel();
  }

  #redirect(entry: Entry, { target }: Delivery): void {
    const { delivery } = entry;
    if (entry.kind !== 'pending' || isSameTarget(delivery.target, target)) return;
    entry.delivery = { ...delivery, target };
    Object.assign(entry, { tries: 0, since: this.#clock.elapsed() });
    // One that is under way goes there if its attempt fails.
    if (entry.isUnderWay) return;
    this.#lanes.remove(hostOf(delivery), entry);
    this.#send(entry, entry.since);
  }

  #send(entry: Entry, due: Ms): void {
    this.#lanes.add(hostOf(entry.delivery), entry, due);
    this.#pump();
  }

  #pump(): void {
    while (!this.#stopped.signal.aborted && this.#underWay < CONCURRENT_POSTS) {
      const next = this.#lanes.take(this.#clock.elapsed());
      if (!next) break;
      this.#underWay++;
      void this.#attempt(next.host, next.item);
    }
    this.#setAlarm();
  }

  #setAlarm(): void {
    const time = this.#underWay < CONCURRENT_POSTS ? this.#lanes.nextDue() : undefined;
    if (time === this.#alarm?.time) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (time === undefined || this.#stopped.signal.aborted) return;
    const cancel = this.#clock.callIn(time - this.#clock.elapsed(), () => {
      this.#alarm = undefined;
      this.#pump();
    });
    this.#alarm = { time, cancel };
  }

  async #attempt(host: string, entry: Entry): Promise<void> {
    const { delivery } = entry;
    entry.isUnderWay = true;
    const answer = await this.#post(delivery);
    this.#underWay--;
    entry.isUnderWay = false;
    if (this.#stopped.signal.aborted) return;
    const verdict = verdictOf(answer, entry, this.#clock.elapsed(), this.#random);
    this.#lanes.done(host, verdict.kind === 'retry' && verdict.isForAll ? verdict.at : 0);
    if (this.#entries.get(delivery.id) === entry) this.#conclude(entry, delivery, verdict);
    this.#pump();
  }

  async #post(delivery: Delivery): Promise<Answer> {
    try {
      const letter = await letterOf(delivery, this.#client);
      return await this.#courier.post(letter, this.#stopped.signal);
    } catch (error) {
      return { kind: 'unreachable', problem: messageOf(error) };
    }
  }

  #conclude(entry: Entry, attempted: Delivery, verdict: Verdict): void {
    const isRedirected = entry.delivery !== attempted;
    if (isRedirected && verdict.kind !== 'delivered') {
      this.#send(entry, this.#clock.elapsed());
      return;
    }
    this.#report.attempted(attempted, verdict, entry.tries);
    if (verdict.kind === 'retry') {
      entry.tries++;
      this.#send(entry, verdict.at);
      return;
    }
    entry.kind = verdict.kind;
    for (const handler of this.#handlers) handler(attempted.notice);
  }
}

const isSameTarget = (a: Delivery['target'], b: Delivery['target']): boolean =>
  a.url === b.url && a.secret === b.secret;
