export { InboxModule } from './inbox.module.js';
export { InboxService, NotStorable, type StoredReport } from './inbox.service.js';
