import { Injectable } from '@nestjs/common';
import { isJsonObject } from '@moolai/contracts';
import { InstanceBus, InstanceLease } from '../instances/index.js';
import { IndependenceListener } from '../live-state/index.js';

const TOPIC = 'files';
const PATIENCE_MS = 5_000;
const CATCH_UP_MS = 2_000;

/** Whether a file has the newest state. */
export interface FilesPersisted {
  env_file: boolean;
  json_file: boolean;
}

const NOT_PERSISTED: FilesPersisted = { env_file: false, json_file: false };

/** Asks the instance that writes the files whether they hold the switches of this one. */
@Injectable()
export class FilesElsewhere {
  constructor(
    private readonly bus: InstanceBus,
    private readonly lease: InstanceLease,
    private readonly listener: IndependenceListener,
  ) {}

  /** Answers other instances with `persisted`, once this one has heard of all committed switches. */
  answerWith(persisted: () => Promise<FilesPersisted>): void {
    this.bus.on(TOPIC, async () =>
      (await this.listener.caughtUp(CATCH_UP_MS)) ? persisted() : NOT_PERSISTED,
    );
  }

  /** Without an answer the files count as not written. Never rejects. */
  async persisted(): Promise<FilesPersisted> {
    const scheduler = this.lease.others.find(({ isScheduler }) => isScheduler);
    if (!scheduler) return NOT_PERSISTED;
    const answers = await this.bus.ask(TOPIC, null, PATIENCE_MS, [scheduler.startId]);
    const answer = answers.get(scheduler.startId);
    if (!isJsonObject(answer)) return NOT_PERSISTED;
    return { env_file: answer['env_file'] === true, json_file: answer['json_file'] === true };
  }
}
