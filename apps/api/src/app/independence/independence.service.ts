import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IndependenceResult } from '@moolai/contracts';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { ControllerConfigFile } from '../configuration/index.js';
import { IndependenceListener, PendingWrites } from '../live-state/index.js';
import { IndependenceFiles, type FilesPersisted } from './independence-files.js';
import { IndependenceRepository } from './independence.repository.js';

/** Switches independence, in the database first and in its two files after (HLD 7.3, contract section 4). */
@Injectable()
export class IndependenceService implements OnModuleInit {
  constructor(
    private readonly repository: IndependenceRepository,
    private readonly files: IndependenceFiles,
    private readonly configFile: ControllerConfigFile,
    private readonly listener: IndependenceListener,
    private readonly pending: PendingWrites,
  ) {}

  /** Brings files and database together before anyone connects. */
  async onModuleInit(): Promise<void> {
    await this.files.load();
    await this.configFile.importUnknown((id) => this.files.remembered(id));
    const { env_file, json_file } = await this.followDatabase();
    if (!env_file || !json_file) {
      throw new AppError('unavailable', 'CONTROLLER_CONFIG_DIR: the configuration files cannot be written');
    }
    this.listener.observe({
      onSwitch: ({ orchestratorId, isIndependent, updatedAt, updatedBy }) => {
        const record = { is_independent: isIndependent, updated_at: updatedAt, updated_by: updatedBy };
        this.files.record(orchestratorId, record);
        void this.files.write();
      },
      onMissed: async () => void (await this.followDatabase()),
    });
  }

  /** Brings the files in line with every switch that the database has. */
  private async followDatabase(): Promise<FilesPersisted> {
    for (const [id, record] of await this.repository.everSwitched()) this.files.record(id, record);
    return this.files.write();
  }

  /**
   * Switches one orchestrator. Memory follows at once, so that the next heartbeat is treated right; a
   * file that cannot be written does not undo the switch, the answer says so.
   * @param by who switches, for the record
   * @throws NotFoundError
   */
  async switchOne(orchestratorId: string, isIndependent: boolean, by: string): Promise<IndependenceResult> {
    const pendingSeenMs = this.pending.seenMs(orchestratorId);
    const row = await this.repository.switchOne(orchestratorId, isIndependent, by, pendingSeenMs);
    if (!row) throw new NotFoundError('orchestrator', orchestratorId);
    this.listener.apply(orchestratorId, row.isIndependent, row.version, row.lastSeenMs);
    this.files.record(orchestratorId, row.record);
    const files = await this.files.write();
    return {
      orchestrator_id: orchestratorId,
      is_independent: isIndependent,
      persisted: { database: true, ...files },
    };
  }
}
