import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject, type ControllerConfigDocument, type JsonObject } from '@moolai/contracts';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';
import type { KeptFile } from '../../platform/files/kept-file.js';
import { KeptFiles } from '../../platform/files/kept-files.js';
import { EncodingError, readText } from '../../platform/files/read-text.js';
import { replaceFile } from '../../platform/files/replace-file.js';
import { assertExact } from '../../platform/http/json-body.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';

export const DOCUMENT_NAME = 'controller_config.json';

/** No file's text begins with it, so the stand-in for an unreadable file never equals a readable one. */
const NO_TEXT = '\uFFFE';

export function textOf(document: ControllerConfigDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Reads, writes and watches `controller_config.json`. Distinguishes own texts from manual edits. */
@Injectable()
export class DocumentOnDisk {
  readonly path: string;
  private readonly file: KeptFile;
  private onLost: () => void = () => undefined;
  private onChange: (() => void) | undefined;
  private watcher: FSWatcher | undefined;
  private watchedDirectory: string | undefined;
  /** A file in another encoding, with a stand-in for its bytes; it is neither parsed nor overwritten. */
  private unreadable: { text: string; error: EncodingError } | undefined;
  /** The last text that this process wrote or found equal to the database. */
  private own: { text: string; document: ControllerConfigDocument } | undefined;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly keptFiles: KeptFiles,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.path = join(settings.configDir, DOCUMENT_NAME);
    this.file = keptFiles.supervise(this.path, () => this.onLost());
  }

  /** True if this controller reads and writes the file. */
  get isKept(): boolean {
    return this.keptFiles.isKeeper;
  }

  /** Calls `listener` when this controller begins to keep the file. */
  onKeep(listener: () => void): void {
    this.keptFiles.onKeep(listener);
  }

  /** The document of the last own text. */
  get ownDocument(): ControllerConfigDocument | undefined {
    return this.own?.document;
  }

  /** True if the file could not be written. */
  get hasProblem(): boolean {
    return this.file.problem !== undefined;
  }

  /** True for a text that this process did not write. */
  isForeign(text: string | undefined): text is string {
    return text !== undefined && text !== this.own?.text;
  }

  /** Accepts the present text as an own one, because the database has the same content. */
  accept(text: string, document: ControllerConfigDocument): void {
    this.own = { text, document };
  }

  /** @param onLost called when the file or its directory is no longer where it was written to */
  supervise(onLost: () => void): void {
    this.onLost = onLost;
  }

  /** True if the path leads to another directory than the one that the file was written to. */
  hasMoved(): Promise<boolean> {
    return this.file.hasMoved();
  }

  /** Calls `onChange` when the file changes, until {@link unwatch}. */
  watch(onChange: () => void): void {
    this.onChange = onChange;
    this.watchDirectory();
  }

  unwatch(): void {
    this.watcher?.close();
  }

  /** The text of the file; undefined if it cannot be read. */
  async read(): Promise<string | undefined> {
    try {
      return await readText(this.path);
    } catch (error) {
      if (error instanceof EncodingError) {
        const text = `${NO_TEXT}${error.bytes.toString('latin1')}`;
        this.unreadable = { text, error };
        return text;
      }
      this.warn(`cannot be read, so it gives nothing: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** @throws EncodingError if the text is a stand-in for unreadable bytes */
  assertReadable(text: string): void {
    if (this.unreadable?.text === text) throw this.unreadable.error;
  }

  /** The JSON object in a text; logs why there is none and returns undefined. */
  parse(text: string): JsonObject | undefined {
    try {
      this.assertReadable(text);
      const document: unknown = JSON.parse(text);
      assertExact(text);
      if (isJsonObject(document)) return document;
      this.warn('not a JSON object, so it gives nothing');
    } catch (error) {
      this.warn(
        error instanceof AppError || error instanceof EncodingError
          ? `gives nothing: ${error.message}`
          : `not JSON, so it gives nothing: ${(error as Error).message}`,
      );
    }
    return undefined;
  }

  async write(document: ControllerConfigDocument): Promise<void> {
    const text = textOf(document);
    await this.file.replace(text);
    this.own = { text, document };
    const isWatching = this.watcher !== undefined;
    if (isWatching && this.watchedDirectory !== this.file.directoryName) this.watchDirectory();
  }

  /** Keeps a refused text aside; returns its path. */
  async refuse(text: string): Promise<string> {
    const path = `${this.path}.refused`;
    await replaceFile(path, this.unreadable?.text === text ? this.unreadable.error.bytes : text);
    return path;
  }

  warn(what: string): void {
    this.logger.warn({ file: this.path }, what);
  }

  private watchDirectory(): void {
    this.watcher?.close();
    this.watchedDirectory = this.file.directoryName;
    try {
      this.watcher = watch(dirname(this.path), (_, name) => {
        if (name === basename(this.path)) this.onChange?.();
      });
      this.watcher.on('error', (error) => this.warn(`not watched: ${error.message}`));
    } catch (error) {
      // The system's watches may be used up; a manual edit is then noticed with the next change.
      this.warn(`not watched: ${(error as Error).message}`);
    }
  }
}
