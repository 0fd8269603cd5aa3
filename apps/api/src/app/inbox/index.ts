export { InboxModule } from './inbox.module.js';
export { InboxService, NotStorable } from './inbox.service.js';
