import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { type Metrics, noMetrics } from '../framework/metrics.ts';
import { type Delivery, hostOf, subjectOf } from './notice.ts';
import type { Verdict } from './verdict.ts';

/** How deliveries go, in the events of the object that they are about and in the metrics. */
export class DeliveryReport {
  readonly #recorder: EventRecorder;
  readonly #metrics: Metrics;

  constructor(context: Pick<ControllerContext, 'recorder' | 'metrics'>) {
    this.#recorder = context.recorder('notification-controller');
    this.#metrics = context.metrics ?? noMetrics;
  }

  /** After an attempt, which was not the first if there were `tries` before it. Of a delay it is told once. */
  attempted(delivery: Delivery, verdict: Verdict, tries: number): void {
    const { event } = delivery.notice;
    const result = verdict.kind === 'retry' ? 'retried' : verdict.kind;
    this.#metrics.count('sampan_notifications_total', { event, result });
    const isNews = verdict.kind !== 'retry' || tries === 0;
    if (isNews) this.#tell(delivery, verdict);
  }

  #tell(delivery: Delivery, verdict: Verdict): void {
    const subject = subjectOf(delivery.notice);
    const to = `${hostOf(delivery)} of ${delivery.notice.event}`;
    const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
      this.#recorder.event(subject, type, reason, message);
    if (verdict.kind === 'delivered') tell('Normal', 'Notified', `Told ${to}`);
    else if (verdict.kind === 'failed')
      tell('Warning', 'NotificationFailed', `Cannot tell ${to}: ${verdict.why}`);
    else
      tell(
        'Warning',
        'NotificationDelayed',
        `Cannot tell ${to} yet: ${verdict.why}; it is tried again for a day`,
      );
  }
}
