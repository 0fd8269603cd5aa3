import type { Costs, UsageTotals } from '@moolai/contracts';
import { DecimalSum } from './decimal-sum.js';
import type { UsageOfDay } from './usage.repository.js';

type Sums = Pick<Costs, 'total' | 'by_organization' | 'by_model' | 'by_day'>;

/** Adds up the database's sums per day, organization and model. */
export class UsageSums {
  private readonly total = new Totals();
  private readonly organizations = new Map<string, Totals>();
  private readonly models = new Map<string, Totals>();
  private readonly days = new Map<string, Totals>();

  add(usage: UsageOfDay): void {
    this.total.add(usage);
    totalsOf(this.organizations, usage.organization_id).add(usage);
    totalsOf(this.models, usage.model).add(usage);
    totalsOf(this.days, usage.day).add(usage);
  }

  result(): Sums {
    return {
      total: this.total.result(),
      by_organization: sorted(this.organizations, (organization_id, totals) => ({
        organization_id,
        ...totals,
      })),
      by_model: sorted(this.models, (model, totals) => ({ model, ...totals })),
      by_day: sorted(this.days, (day, totals) => ({ day, ...totals })),
    };
  }
}

class Totals {
  private requests = 0n;
  private inputTokens = 0n;
  private outputTokens = 0n;
  private readonly cost = new DecimalSum();
  private unpriced = 0n;

  add(usage: UsageOfDay): void {
    this.requests += BigInt(usage.requests);
    this.inputTokens += BigInt(usage.input_tokens);
    this.outputTokens += BigInt(usage.output_tokens);
    this.cost.add(usage.cost_usd);
    this.unpriced += BigInt(usage.unpriced_entries);
  }

  result(): UsageTotals {
    return {
      requests: Number(this.requests),
      input_tokens: Number(this.inputTokens),
      output_tokens: Number(this.outputTokens),
      cost_usd: this.cost.toString(),
      unpriced_entries: Number(this.unpriced),
    };
  }
}

function totalsOf(all: Map<string, Totals>, key: string): Totals {
  const known = all.get(key);
  if (known) return known;
  const totals = new Totals();
  all.set(key, totals);
  return totals;
}

function sorted<T>(all: Map<string, Totals>, row: (key: string, totals: UsageTotals) => T): T[] {
  const keys = [...all.keys()].sort();
  return keys.map((key) => row(key, (all.get(key) ?? new Totals()).result()));
}
