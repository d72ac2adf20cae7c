/** One line of an answer: of an object, or of a node and its daemon. */
export interface Why {
  /** `job/report`. A DaemonSet's rows are by node, and have none. */
  readonly object?: string;
  readonly node?: string;
  /** A node's daemon; absent where there is none. */
  readonly pod?: string;
  /** kubectl's STATUS of a pod; of all else a word. */
  readonly state: string;
  readonly why: string;
}
