export { MetricNamesRepository, MAX_METRIC_NAMES } from './metric-names.repository.js';
export { MonitoringModule } from './monitoring.module.js';
export { insertSamples, SampleDaysRepository, type SampleColumns } from './sample-days.repository.js';
export { insertUsage, type UsageRow } from './usage.repository.js';
