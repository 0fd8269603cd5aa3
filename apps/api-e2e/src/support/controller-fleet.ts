import { newDataDir, TestDatabase, type ControllerProcess } from '@moolai/testing';
import { startOn } from './process-on-database.js';

/** Several controllers that share a database, and one data directory: they are one controller to everybody outside. */
export class ControllerFleet {
  readonly controllers: ControllerProcess[] = [];
  private readonly dataDir = newDataDir();

  private constructor(
    readonly database: TestDatabase,
    private readonly env: Record<string, string>,
  ) {}

  static async start(count: number, env: Record<string, string>): Promise<ControllerFleet> {
    const fleet = new ControllerFleet(await TestDatabase.create(), env);
    await Promise.all(Array.from({ length: count }, () => fleet.add()));
    return fleet;
  }

  /** Starts one more controller. */
  async add(): Promise<ControllerProcess> {
    const controller = await startOn(this.database, this.dataDir, this.env);
    this.controllers.push(controller);
    return controller;
  }

  async stop(): Promise<void> {
    const running = this.controllers.filter(({ exit }) => !exit);
    await Promise.all(running.map((one) => one.kill()));
    await this.database.drop();
  }
}
