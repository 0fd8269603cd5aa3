/** Query of `GET /api/v1/controller/orchestrators/:id/metrics`. */
export interface MetricSeriesQuery {
  name: string;
  /** ISO 8601; defaults to one hour before `to`. */
  from?: string;
  /** ISO 8601; defaults to now. */
  to?: string;
  /** Seconds per point. If omitted, chosen to fit the range; increased if it would give too many points. */
  step?: number;
}

/** One point of a series: samples from `at` for one step. */
export interface MetricPoint {
  at: string;
  count: number;
  avg: number;
  min: number;
  max: number;
  /** Null with fewer than 20 samples, because it would only repeat the maximum. */
  p95: number | null;
}

/** A down-sampled series of at most 1,000 points. Steps without samples are omitted. */
export interface MetricSeries {
  orchestrator_id: string;
  name: string;
  from: string;
  to: string;
  /** Seconds per point. */
  step: number;
  points: MetricPoint[];
}

/** Answer of `GET …/metrics/names`. */
export interface MetricNames {
  orchestrator_id: string;
  names: string[];
}

/** Maximum number of points in a series. */
export const MAX_METRIC_POINTS = 1_000;

/** Reported usage of models. Amounts of money are decimal strings, exact to the last digit. */
export interface UsageTotals {
  requests: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: string;
  /** Entries reported without a cost; the sum does not include them. */
  unpriced_entries: number;
}

/** Answer of `GET /api/v1/controller/costs`: reported usage only, no estimates. */
export interface Costs {
  from: string;
  to: string;
  /** False if there was too much usage to add up in time: the sums then begin at `covered_from`. */
  complete: boolean;
  /** Equals `from` when the answer is complete. Repeating the request extends it further back. */
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
