import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { SETTINGS } from '../config/settings.token.js';
import { Metrics, type Reading } from '../metrics/metrics.js';
import { ProcessInfo } from '../process-info.js';
import { descriptorLimit, openDescriptors } from './file-descriptors.js';

/** Sampling interval of the delay; Node includes this time in each delay. */
const RESOLUTION_MS = 10;
const PERCENTILES = [50, 90, 99];

/** Metrics of the process: memory, processor, and event loop delay. */
@Injectable()
export class ProcessMetrics implements OnModuleInit, OnModuleDestroy {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private lastUtilization = performance.eventLoopUtilization();

  constructor(metrics: Metrics, info: ProcessInfo, @Inject(SETTINGS) { instanceId }: Settings) {
    // Only here: as a label of every metric, an id with a random part would start all series anew with each start, and
    // no alert could count restarts. Queries join it by `instance`.
    metrics.readGauge(
      {
        name: 'moolai_build_info',
        help: 'Always 1; the labels have the version and the id of this process.',
        labelNames: ['version', 'instance_id'],
      },
      () => [{ labels: { version: info.version, instance_id: instanceId }, value: 1 }],
    );
    metrics.readGauge(
      { name: 'process_start_time_seconds', help: 'When the process started, in seconds since 1970.' },
      () => [{ value: Math.round(performance.timeOrigin) / 1000 }],
    );
    metrics.readCounter({ name: 'process_cpu_seconds_total', help: 'Processor time of the process.' }, () => {
      const { user, system } = process.cpuUsage();
      return [{ value: (user + system) / 1e6 }];
    });
    metrics.readGauge({ name: 'process_resident_memory_bytes', help: 'Memory of the process.' }, () => [
      { value: process.memoryUsage.rss() },
    ]);
    metrics.readGauge({ name: 'nodejs_heap_size_used_bytes', help: 'Memory of live objects.' }, () => [
      { value: process.memoryUsage().heapUsed },
    ]);
    metrics.readGauge({ name: 'process_open_fds', help: 'Open files and sockets.' }, () =>
      known(openDescriptors()),
    );
    metrics.readGauge({ name: 'process_max_fds', help: 'Maximum number of open files and sockets.' }, () =>
      known(descriptorLimit()),
    );
    metrics.readGauge(
      {
        name: 'moolai_event_loop_delay_seconds',
        help: 'Event loop delay since the last reading: percentiles, and the maximum.',
        labelNames: ['of'],
      },
      () => this.delays(),
    );
    metrics.readGauge(
      {
        name: 'moolai_event_loop_utilization',
        help: 'Share of time that the event loop was busy since the last reading.',
      },
      () => [{ value: this.utilization() }],
    );
  }

  onModuleInit(): void {
    this.delay.enable();
  }

  onModuleDestroy(): void {
    this.delay.disable();
  }

  private delays(): Reading<'of'>[] {
    const { delay } = this;
    const readings = PERCENTILES.map((percentile) => ({
      labels: { of: `p${percentile}` },
      value: beyondResolution(delay.percentile(percentile)),
    }));
    readings.push({ labels: { of: 'max' }, value: beyondResolution(delay.max) });
    delay.reset();
    return readings;
  }

  private utilization(): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.lastUtilization);
    this.lastUtilization = now;
    return utilization;
  }
}

/** Nothing if the system does not report the value. */
function known(value: number | undefined): Reading[] {
  return value === undefined ? [] : [{ value }];
}

function beyondResolution(delayNs: number): number {
  return Math.max(0, delayNs / 1e9 - RESOLUTION_MS / 1e3);
}
