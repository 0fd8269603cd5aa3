import type {
  CreatedEnrolmentToken,
  CredentialState,
  FleetEventOf,
  FleetEventType,
  HandshakeRefused,
} from '@moolai/contracts';
import type { TestOrchestrator } from '@moolai/testing';
import type { TestController } from './test-controller.js';

const HOUR_MS = 3_600_000;

/** Creates an organization, and an enrolment token for it that is valid for an hour. */
export async function enrolmentToken(
  controller: TestController,
  organizationId: string,
  more: Record<string, unknown> = {},
): Promise<CreatedEnrolmentToken> {
  await controller.database.query(
    'INSERT INTO organizations (organization_id, name) VALUES ($1, $1) ON CONFLICT DO NOTHING',
    [organizationId],
  );
  return controller.api.createEnrolmentToken({
    organization_id: organizationId,
    name: 'Rollout',
    expires_at: new Date(Date.now() + HOUR_MS).toISOString(),
    ...more,
  });
}

/** An enrolled orchestrator and its connection. */
export interface Enrolled {
  connection: TestOrchestrator;
  credential: string;
}

/** Enrols an orchestrator and keeps it connected. */
export async function enrol(
  controller: TestController,
  id: string,
  token: string,
  more: Record<string, unknown> = {},
): Promise<Enrolled> {
  const connection = await controller.connect();
  const { credential = '' } = await connection.register(id, { token, ...more });
  return { connection, credential };
}

/** Enrols an orchestrator, registers it once with its credential, and closes the connection. */
export async function enrolled(
  controller: TestController,
  id: string,
  token: string,
  more: Record<string, unknown> = {},
): Promise<string> {
  const { connection, credential } = await enrol(controller, id, token);
  await connection.close();
  const again = await controller.orchestrator(id, { token: credential, ...more });
  await again.close();
  return credential;
}

/** Registers and returns the refusal. */
export async function refusal(
  controller: TestController,
  id: string,
  more: Record<string, unknown> = {},
): Promise<HandshakeRefused & { code: number }> {
  const connection = await controller.connect();
  connection.send({ type: 'register', orchestrator_id: id, ...more });
  const answer = await connection.next('handshake_ack');
  if (answer.success) throw new Error(`${id} was let in`);
  const { code } = await connection.untilClosed();
  return { ...answer, code };
}

/** The state of an orchestrator's credential. */
export async function credentialOf(controller: TestController, id: string): Promise<CredentialState> {
  return (await controller.api.getOrchestrator(id)).credential;
}

/** The events of one type about an orchestrator, newest first. */
export async function eventsOf<T extends FleetEventType>(
  controller: TestController,
  type: T,
  id: string,
): Promise<FleetEventOf<T>[]> {
  const { items } = await controller.api.listActivity({ type, orchestrator_id: id });
  return items as FleetEventOf<T>[];
}
