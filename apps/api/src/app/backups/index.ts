export { BackupFiles } from './backup-files.js';
export { BackupMaker } from './backup-maker.js';
export { rowsOf } from './backup-manifest.js';
export { BackupRestorer } from './backup-restorer.js';
export { BackupsModule } from './backups.module.js';
export { BackupsService } from './backups.service.js';
