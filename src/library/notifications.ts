import type { Courier } from '../controllers/notification/courier.ts';
import type { Notice } from '../controllers/notification/notice.ts';

/** What a receiver of notifications is sent (docs/notifications.md). */
export interface Notification {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Notice;
}

/** Stands for all receivers: returns the status with which they answer. */
export type OnNotification = (notification: Notification) => number;

/** Hands letters to a function of the test instead of the network. */
export const courierTo = (onNotification: OnNotification): Courier => ({
  async post({ url, headers, body }) {
    const status = onNotification({ url, headers, body: JSON.parse(body) as Notice });
    return { kind: 'answered', status };
  },
});
