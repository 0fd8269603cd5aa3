import { newDataDir, TestDatabase, type ControllerProcess } from '@moolai/testing';
import { startOn } from './process-on-database.js';

/** Several controllers that share a database, and one data directory: they are one controller to everybody outside. */
export class ControllerFleet {
  readonly controllers: ControllerProcess[] = [];
  /** All of them share it, like a volume. */
  readonly dataDir = newDataDir();

  private readonly names = new Map<string, ControllerProcess>();
  private started = 0;
  /** Controllers that stand still. */
  readonly paused = new Set<ControllerProcess>();

  private constructor(
    readonly database: TestDatabase,
    private readonly env: Record<string, string>,
  ) {}

  static async start(count: number, env: Record<string, string>): Promise<ControllerFleet> {
    const fleet = new ControllerFleet(await TestDatabase.create(), env);
    await Promise.all(Array.from({ length: count }, () => fleet.add()));
    return fleet;
  }

  /** The controller with this `instance_id`. */
  named(instanceId: string | undefined): ControllerProcess | undefined {
    return this.names.get(instanceId ?? '');
  }

  /** Starts one more controller. */
  async add(env: Record<string, string> = {}): Promise<ControllerProcess> {
    const name = `instance-${++this.started}`;
    const controller = await startOn(this.database, this.dataDir, { ...this.env, INSTANCE_ID: name, ...env });
    this.controllers.push(controller);
    this.names.set(name, controller);
    return controller;
  }

  /** Lets a controller stand still, like a machine that is moved. */
  pause(controller: ControllerProcess): void {
    this.paused.add(controller);
    controller.signal('SIGSTOP');
  }

  resume(controller: ControllerProcess): void {
    this.paused.delete(controller);
    controller.signal('SIGCONT');
  }

  resumeAll(): void {
    for (const controller of this.paused) this.resume(controller);
  }

  async stop(): Promise<void> {
    const running = this.controllers.filter(({ exit }) => !exit);
    await Promise.all(running.map((one) => one.kill()));
    await this.database.drop();
  }
}
