import type { HealthStatus, UsageEntry } from '@moolai/contracts';

/** Metrics of an engine at one moment. */
export interface EngineReport {
  metrics: Record<string, number>;
  usage: UsageEntry[];
  health_status: HealthStatus;
}

/** The models with their price per million tokens in US dollars. */
export const MODELS = [
  { model: 'llama-3.3-70b', share: 0.6, inputUsd: 0.59, outputUsd: 0.79 },
  { model: 'mistral-small-24b', share: 0.3, inputUsd: 0.1, outputUsd: 0.3 },
  { model: 'qwen2.5-coder-32b', share: 0.1, inputUsd: 0.2, outputUsd: 0.6 },
] as const;

const GPU_MEMORY_GIB = 80;
const WAVE_SEC = 600;

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/**
 * Metrics of an inference engine under a varying load. Latency, queue and memory follow the load as in a real engine,
 * and cost follows the tokens.
 */
export class InferenceEngine {
  private load: number;
  private elapsedSec: number;

  constructor(private readonly random: () => number) {
    this.load = 0.3 + 0.4 * random();
    this.elapsedSec = WAVE_SEC * random();
  }

  /** Simulates some seconds and returns their report. */
  report(seconds: number): EngineReport {
    this.elapsedSec += seconds;
    const wave = 0.5 + 0.25 * Math.sin((2 * Math.PI * this.elapsedSec) / WAVE_SEC);
    this.load = clamp(this.load + 0.15 * (wave - this.load) + 0.12 * (this.random() - 0.5), 0.02, 1);
    const requestsPerSec = this.load * (18 + 4 * this.random());
    const requests = Math.round(requestsPerSec * seconds);
    const errorRate = round(0.001 + (this.load > 0.9 ? 0.03 : 0.002) * this.random(), 4);
    const usage = this.usage(requests);
    const outputTokens = usage.reduce((sum, entry) => sum + (entry.output_tokens ?? 0), 0);
    return {
      metrics: {
        ...this.latencies(),
        requests_per_sec: round(requestsPerSec),
        tokens_per_sec: round(outputTokens / seconds),
        error_rate: errorRate,
        active_sessions: Math.round(requestsPerSec * 6),
        cache_hit_rate: round(0.35 + 0.2 * this.random()),
      },
      usage,
      health_status: { status: errorRate > 0.02 ? 'degraded' : 'ok', load: round(this.load) },
    };
  }

  private latencies(): Record<string, number> {
    // Near saturation a queue grows like 1 / (1 - load).
    const pressure = 1 / (1.05 - this.load);
    const p50 = 180 + 90 * pressure + 40 * this.random();
    return {
      queue_depth: Math.max(0, Math.round(2 * pressure - 3)),
      gpu_utilization_pct: round(clamp(100 * this.load + 6 * (this.random() - 0.5), 0, 100), 1),
      gpu_memory_used_gib: round(GPU_MEMORY_GIB * (0.62 + 0.3 * this.load), 1),
      time_to_first_token_ms: round(60 + 45 * pressure + 20 * this.random(), 0),
      latency_p50_ms: round(p50, 0),
      latency_p95_ms: round(p50 * (2 + this.load), 0),
    };
  }

  private usage(requests: number): UsageEntry[] {
    return MODELS.map(({ model, share, inputUsd, outputUsd }) => {
      const count = Math.round(requests * share);
      const input = Math.round(count * (420 + 260 * this.random()));
      const output = Math.round(count * (160 + 120 * this.random()));
      const cost = round((input * inputUsd + output * outputUsd) / 1_000_000, 6);
      return { model, requests: count, input_tokens: input, output_tokens: output, cost_usd: cost };
    });
  }
}
