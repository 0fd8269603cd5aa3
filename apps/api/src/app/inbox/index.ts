export { InboxModule } from './inbox.module.js';
export { InboxFull, InboxService, NotStorable } from './inbox.service.js';
