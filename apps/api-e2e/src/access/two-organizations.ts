import type { ApiToken, EnrolmentToken, Message, User } from '@moolai/contracts';
import type { TestOrchestrator } from '@moolai/testing';
import type { TestController } from '../support/test-controller.js';

/** Whether a request concerns the caller's organization or another one. */
export type Side = 'own' | 'foreign';

const DAY_MS = 86_400_000;
/** All names in the foreign organization contain this word, so that a leak is found in any answer. */
export const FOREIGN = 'foreign';

/** A time one day ahead, for expiries. */
export function tomorrow(): string {
  return new Date(Date.now() + DAY_MS).toISOString();
}

/** Two organizations with something of everything, and new objects to destroy. */
export class TwoOrganizations {
  /** The connected orchestrator of each side. */
  readonly connected = new Map<Side, TestOrchestrator>();
  private count = 0;

  private constructor(private readonly controller: TestController) {}

  static async in(controller: TestController): Promise<TwoOrganizations> {
    const world = new TwoOrganizations(controller);
    await controller.organization('org-own-spare');
    for (const side of ['own', 'foreign'] as const) {
      await controller.organization(world.organizationId(side));
      const orchestrator = await controller.orchestrator(world.orchestratorId(side), {
        organization_id: world.organizationId(side),
        name: `An orchestrator that is ${side}`,
      });
      world.connected.set(side, orchestrator);
      await world.message(side);
      await world.user(side);
      await world.apiToken(side);
      await world.enrolmentToken(side);
      orchestrator.send({
        type: 'monitoring',
        orchestrator_id: world.orchestratorId(side),
        client_message_id: 'usage',
        metrics: { [`load_${side}`]: 1 },
        usage: [{ model: `model-${side}`, requests: 1, cost_usd: 1 }],
      });
      await orchestrator.next('received');
    }
    return world;
  }

  organizationId(side: Side): string {
    return `org-${side}`;
  }

  orchestratorId(side: Side): string {
    return `orch-${side}`;
  }

  /** A new, unused id. */
  freshId(side: Side): string {
    return `fresh-${side}-${(this.count += 1)}`;
  }

  /** A new organization, as only superadmins may create them. */
  async organization(): Promise<string> {
    const id = `spare-${(this.count += 1)}`;
    await this.controller.organization(id);
    return id;
  }

  async orchestrator(side: Side): Promise<string> {
    const id = this.freshId(side);
    await this.make('/internal/orchestrators', {
      orchestrator_id: id,
      organization_id: this.organizationId(side),
    });
    return id;
  }

  async message(side: Side): Promise<number> {
    const path = `/internal/orchestrators/${this.orchestratorId(side)}/messages`;
    const body = { message_type: `notice-${side}`, message_content: { text: side } };
    return (await this.make<Message>(path, body)).id;
  }

  /** A pending message to an orchestrator that never connected. */
  async waitingMessage(side: Side): Promise<number> {
    const id = await this.orchestrator(side);
    const body = { message_type: `notice-${side}`, message_content: {} };
    return (await this.make<Message>(`/internal/orchestrators/${id}/messages`, body)).id;
  }

  async user(side: Side): Promise<string> {
    const user = await this.make<User>('/internal/users', {
      email: `${this.freshId(side)}@example.com`,
      role: 'viewer',
      organization_ids: [this.organizationId(side)],
    });
    return user.user_id;
  }

  async apiToken(side: Side): Promise<string> {
    const token = await this.make<ApiToken>('/internal/api-tokens', {
      name: this.freshId(side),
      role: 'viewer',
      organization_ids: [this.organizationId(side)],
      expires_at: tomorrow(),
    });
    return token.token_id;
  }

  async enrolmentToken(side: Side): Promise<number> {
    const token = await this.make<EnrolmentToken>('/internal/enrolment-tokens', {
      name: this.freshId(side),
      organization_id: this.organizationId(side),
      expires_at: tomorrow(),
    });
    return token.id;
  }

  /** An orchestrator with a valid credential. */
  async enrolledOrchestrator(side: Side): Promise<string> {
    const id = await this.orchestrator(side);
    await this.controller.database.query(
      `INSERT INTO orchestrator_credentials (orchestrator_id, current_hash, issued_at)
       VALUES ($1, sha256('x'), now())`,
      [id],
    );
    return id;
  }

  async quarantinedOrchestrator(side: Side): Promise<string> {
    const id = await this.orchestrator(side);
    await this.controller.database.query(
      'UPDATE orchestrator_instances SET quarantined_at = now() WHERE orchestrator_id = $1',
      [id],
    );
    return id;
  }

  private async make<T>(path: string, body: object): Promise<T> {
    const response = await this.controller.request('post', path).send(body).expect(201);
    return (response.body as { data: T }).data;
  }
}
