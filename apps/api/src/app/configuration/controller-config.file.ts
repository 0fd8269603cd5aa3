import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { isId, isJsonObject, type JsonObject, type JsonValue } from '@moolai/contracts';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { FileWriter } from '../../platform/files/file-writer.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import {
  ConfigurationRepository,
  type ConfiguredOrganization,
  type ControllerConfig,
} from './configuration.repository.js';

const WRITE_DELAY_MS = 500;

/** Keeps what has the form of the document; the rest is left out rather than half believed. */
function parseOrganization(organizationId: string, value: JsonValue): ConfiguredOrganization | undefined {
  if (!isId(organizationId) || !isJsonObject(value)) return undefined;
  const { name, orchestrators, is_independent, settings } = value;
  return {
    name: typeof name === 'string' && name !== '' ? name.slice(0, 255) : organizationId,
    orchestrators: Array.isArray(orchestrators) ? orchestrators.filter(isId) : [],
    is_independent: is_independent === true,
    settings: isJsonObject(settings) ? settings : {},
  };
}

function parseDocument(document: JsonObject): ControllerConfig {
  const { defaults, organizations } = document;
  const parsed = Object.entries(isJsonObject(organizations) ? organizations : {})
    .map(([id, value]) => [id, parseOrganization(id, value)] as const)
    .filter(([, organization]) => organization !== undefined);
  return {
    defaults: isJsonObject(defaults) ? defaults : {},
    organizations: Object.fromEntries(parsed) as ControllerConfig['organizations'],
  };
}

/**
 * `controller_config.json` (contract section 4): the database is the truth; at start the file gives
 * what the database does not know, afterwards it follows the database.
 */
@Injectable()
export class ControllerConfigFile implements BeforeApplicationShutdown {
  private readonly file: FileWriter;
  private readonly path: string;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly repository: ConfigurationRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.path = join(settings.configDir, 'controller_config.json');
    this.file = new FileWriter(this.path);
  }

  /** Brings what only the file knows into the database, then rewrites the file. */
  async importUnknown(flagOf: (orchestratorId: string) => boolean | undefined): Promise<void> {
    const document = await this.read();
    if (document) await this.repository.addUnknown(parseDocument(document), flagOf);
    await this.write();
  }

  /** The fleet has changed: the file follows within a second, once for many changes. */
  changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.writeOrWarn();
    }, WRITE_DELAY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.writeOrWarn();
  }

  private async read(): Promise<JsonObject | undefined> {
    try {
      const document = JSON.parse(await readFile(this.path, 'utf8')) as unknown;
      if (isJsonObject(document)) return document;
      this.logger.warn({ file: this.path }, 'not a JSON object, so it gives nothing');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.logger.warn(
          { file: this.path },
          `cannot be read, so it gives nothing: ${(error as Error).message}`,
        );
      }
    }
    return undefined;
  }

  private async write(): Promise<void> {
    const config = await this.repository.read();
    await this.file.write(`${JSON.stringify(config, null, 2)}\n`);
  }

  private async writeOrWarn(): Promise<void> {
    try {
      await this.write();
    } catch (error) {
      this.logger.warn({ file: this.path }, `cannot be written: ${(error as Error).message}`);
    }
  }
}
