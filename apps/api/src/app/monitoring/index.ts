export { CostsReader } from './costs-reader.js';
export { MetricNames, type AdmittedNames } from './metric-names.js';
export { MonitoringModule } from './monitoring.module.js';
export { insertSamples, SampleDaysRepository, type SampleColumns } from './sample-days.repository.js';
export { UsageMemory } from './usage-memory.js';
export { insertUsage, type UsageRow } from './usage.repository.js';
