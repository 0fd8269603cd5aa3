import type { JsonObject } from '@moolai/contracts';
import type { TestOrchestrator } from '@moolai/testing';
import type { TestController } from './test-controller.js';

/** Keeps every frame that controllers send to the connections that it makes. */
export class FrameRecorder {
  readonly frames: JsonObject[] = [];

  /** A connection that has sent nothing yet. */
  async connect(controller: TestController): Promise<TestOrchestrator> {
    const orchestrator = await controller.connect();
    orchestrator.socket.on('message', (data: Buffer) =>
      this.frames.push(JSON.parse(data.toString('utf8')) as JsonObject),
    );
    return orchestrator;
  }

  /** A connection that is accepted, and knows its configuration. */
  async register(controller: TestController, id: string, more: object = {}): Promise<TestOrchestrator> {
    const orchestrator = await this.connect(controller);
    await orchestrator.register(id, { ...more });
    await orchestrator.next('provisioning');
    return orchestrator;
  }

  /** Every value that a field had. */
  valuesOf(field: string): unknown[] {
    return [...new Set(this.frames.map((frame) => frame[field]).filter((value) => value !== undefined))];
  }
}
