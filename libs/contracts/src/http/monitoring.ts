/** Query of `GET /api/v1/controller/orchestrators/:id/metrics`. */
export interface MetricSeriesQuery {
  name: string;
  /** ISO 8601; an hour before `to` when left out. */
  from?: string;
  /** ISO 8601; now when left out. */
  to?: string;
  /** Seconds that one point stands for; chosen to fit when left out, raised when it gives too many points. */
  step?: number;
}

/** One point of a series: what was reported from `at` on, for one step. */
export interface MetricPoint {
  at: string;
  count: number;
  avg: number;
  min: number;
  max: number;
  /** Null with fewer than 20 samples: it would be the maximum by another name. */
  p95: number | null;
}

/** A down-sampled series of at most 1,000 points. Steps without a sample are left out. */
export interface MetricSeries {
  orchestrator_id: string;
  name: string;
  from: string;
  to: string;
  /** Seconds that one point stands for. */
  step: number;
  points: MetricPoint[];
}

/** Answer of `GET …/metrics/names`. */
export interface MetricNames {
  orchestrator_id: string;
  names: string[];
}

/** Most points that a series has. */
export const MAX_METRIC_POINTS = 1_000;

/** What models used, as reported. Money is a decimal number in a text, exact to the last digit. */
export interface UsageTotals {
  requests: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: string;
  /** Entries that came without a cost: the sum is too small by them. */
  unpriced_entries: number;
}

/** Answer of `GET /api/v1/controller/costs`: reported usage, nothing estimated. */
export interface Costs {
  from: string;
  to: string;
  /** False when there was more usage than could be added up in time: the sums begin at `covered_from`. */
  complete: boolean;
  /** `from` when it is complete. Asked again, it goes further back. */
  covered_from: string;
  total: UsageTotals;
  by_organization: ({ organization_id: string } & UsageTotals)[];
  by_model: ({ model: string } & UsageTotals)[];
  by_day: ({ day: string } & UsageTotals)[];
}

/** Query of `GET /api/v1/controller/costs`. */
export interface CostsQuery {
  from?: string;
  to?: string;
  organization_id?: string;
  orchestrator_id?: string;
}
