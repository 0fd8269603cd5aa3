import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControllerConfigDocument } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import type { TestController } from './test-controller.js';

/** A controller's `controller_config.json`, read and written as an operator would. */
export class ConfigFile {
  constructor(private readonly controller: TestController) {}

  get path(): string {
    return join(this.controller.settings.configDir, 'controller_config.json');
  }

  text(): string {
    return readFileSync(this.path, 'utf8');
  }

  document(): ControllerConfigDocument {
    return JSON.parse(this.text()) as ControllerConfigDocument;
  }

  /** Overwrites the file in place, as some editors do. */
  edit(change: (document: ControllerConfigDocument) => void): void {
    const document = this.document();
    change(document);
    writeFileSync(this.path, JSON.stringify(document));
  }

  /** Waits until the file equals the database, and returns its content. */
  async untilInStep(): Promise<ControllerConfigDocument> {
    return waitUntil('file and database say the same', async () => {
      const document = await this.controller.api.getFleetConfiguration();
      return this.text() === `${JSON.stringify(document, null, 2)}\n` && document;
    });
  }

  /** Waits until `isSo` is true for the effective document. */
  async untilInForce(isSo: (document: ControllerConfigDocument) => boolean): Promise<void> {
    await waitUntil('it is in force', async () => {
      const response = await this.controller.api.getFleetConfiguration().answer();
      return response.status === 200 && isSo(response.data);
    });
  }
}
