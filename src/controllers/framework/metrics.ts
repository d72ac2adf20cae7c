/** Where controllers count and measure. Whoever runs them puts the figures on a page; names and labels are upstream's. */
export interface Metrics {
  /** Adds one to a counter, or more. */
  count(name: string, labels: Readonly<Record<string, string>>, by?: number): void;
  /** Adds a measurement to a histogram, in the unit that the name ends with. */
  observe(name: string, labels: Readonly<Record<string, string>>, value: number): void;
}

/** For those who do not look. */
export const noMetrics: Metrics = { count: () => {}, observe: () => {} };
