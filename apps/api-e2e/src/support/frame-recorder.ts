import type { JsonObject } from '@moolai/contracts';
import type { TestOrchestrator } from '@moolai/testing';
import type { TestController } from './test-controller.js';

/** Opens connections and keeps every frame that controllers send on them. */
export class FrameRecorder {
  readonly frames: JsonObject[] = [];

  /** Opens a connection that has sent nothing yet. */
  async connect(controller: TestController): Promise<TestOrchestrator> {
    const orchestrator = await controller.connect();
    orchestrator.socket.on('message', (data: Buffer) =>
      this.frames.push(JSON.parse(data.toString('utf8')) as JsonObject),
    );
    return orchestrator;
  }

  /** Opens a connection that is registered and has received its configuration. */
  async register(controller: TestController, id: string, more: object = {}): Promise<TestOrchestrator> {
    const orchestrator = await this.connect(controller);
    await orchestrator.register(id, { ...more });
    await orchestrator.next('provisioning');
    return orchestrator;
  }

  /** All values that a field had. */
  valuesOf(field: string): unknown[] {
    return [...new Set(this.frames.map((frame) => frame[field]).filter((value) => value !== undefined))];
  }
}
