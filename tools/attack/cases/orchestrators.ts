import type {
  CreatedEnrolmentToken,
  HandshakeAccepted,
  HandshakeError,
  Orchestrator,
} from '@moolai/contracts';
import type { TestOrchestrator } from '@moolai/testing';
import { assert, closedWith, handshakeRefused } from './checks.ts';
import type { Attack } from '../attack-case.ts';
import type { Target } from '../target.ts';

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

const enrolmentToken = (target: Target, more: object = {}): Promise<CreatedEnrolmentToken> =>
  target.make('/internal/enrolment-tokens', {
    name: 'attack',
    organization_id: 'org-mine',
    expires_at: inAnHour(),
    ...more,
  });

/** Registers; returns the accepted handshake. */
async function register(
  target: Target,
  id: string,
  more?: Record<string, unknown>,
): Promise<{ connection: TestOrchestrator; handshake: HandshakeAccepted }> {
  const connection = await target.connect();
  return { connection, handshake: await connection.register(id, more) };
}

/** Registers; returns the reason of the refusal. */
async function refusal(
  target: Target,
  id: string,
  more: Record<string, unknown>,
  ...errors: HandshakeError[]
): Promise<string> {
  const connection = await target.connect();
  connection.send({ type: 'register', orchestrator_id: id, ...more });
  const got = await handshakeRefused(connection, ...errors);
  return `${got}, ${await closedWith(connection, 4400, 4401)}`;
}

/** Creates a disconnected orchestrator that has a credential. */
async function guarded(target: Target, id: string): Promise<{ credential: string; token: string }> {
  const { token } = await enrolmentToken(target);
  const { connection, handshake } = await register(target, id, { token });
  assert(handshake.credential, 'no credential was issued');
  const { credential } = handshake;
  await connection.close();
  await register(target, id, { token: credential }).then(({ connection: again }) => again.close());
  return { credential, token };
}

export const orchestrators: Attack[] = [
  {
    name: 'the id of another orchestrator, without a credential',
    run: async (target) => {
      await guarded(target, 'guarded-1');
      return refusal(target, 'guarded-1', {}, 'unauthorized');
    },
  },
  {
    name: "the id of another orchestrator, with the attacker's own credential",
    run: async (target) => {
      await guarded(target, 'guarded-2');
      const { credential } = await guarded(target, 'guarded-mine');
      return refusal(target, 'guarded-2', { token: credential }, 'unauthorized');
    },
  },
  {
    name: 'the id of another orchestrator, with a new enrolment token',
    run: async (target) => {
      await guarded(target, 'guarded-3');
      const { token } = await enrolmentToken(target);
      return refusal(target, 'guarded-3', { token }, 'unauthorized');
    },
  },
  {
    name: 'a recorded registration, sent again later',
    run: async (target) => {
      const { token } = await guarded(target, 'guarded-4');
      return refusal(target, 'guarded-4', { token }, 'unauthorized');
    },
  },
  {
    name: 'an enrolment token of one organization for another',
    run: async (target) => {
      const { token } = await enrolmentToken(target);
      return refusal(target, 'spy', { token, organization_id: 'org-theirs' }, 'organization_mismatch');
    },
  },
  {
    name: 'the id of another orchestrator, with a guessed enrolment token',
    run: async (target) => {
      await guarded(target, 'guarded-5');
      return refusal(target, 'guarded-5', { token: `moe_${'A'.repeat(43)}` }, 'unauthorized');
    },
  },
  {
    name: 'a revoked credential: the connection ends, and the credential is refused afterwards',
    run: async (target) => {
      const { credential } = await guarded(target, 'guarded-6');
      const { connection } = await register(target, 'guarded-6', { token: credential });
      const path = '/internal/orchestrators/guarded-6/credentials';
      const answer = await target.request('DELETE', path, { token: target.tokens.admin });
      assert(answer.status === 200, `${answer.status} ${answer.text}`);
      const closed = await closedWith(connection, 4401);
      return `${closed}; ${await refusal(target, 'guarded-6', { token: credential }, 'credential_revoked')}`;
    },
  },
  {
    name: 'a stolen credential in use on two machines: quarantined',
    run: async (target) => {
      const { credential } = await guarded(target, 'guarded-7');
      for (let n = 0; n < 8; n += 1) {
        const connection = await target.connect();
        connection.send({ type: 'register', orchestrator_id: 'guarded-7', token: credential });
        const answer = await connection.next('handshake_ack');
        // "unavailable": the quarantine was written during this registration; the next one is refused with "quarantined".
        if (answer.success || answer.error === 'unavailable') continue;
        assert(answer.error === 'quarantined', answer.error);
        const { status_reason } = await target.read<Orchestrator>('/controller/orchestrators/guarded-7');
        return `quarantined after ${n} registrations: ${status_reason}`;
      }
      throw new Error('not quarantined after eight takeovers');
    },
  },
  {
    name: 'listing and creating enrolment tokens of another organization',
    run: async (target) => {
      await enrolmentToken(target, { organization_id: 'org-theirs', name: 'of theirs' });
      const options = { token: target.tokens.admin };
      const list = await target.request('GET', '/internal/enrolment-tokens', options);
      assert(list.status === 200 && !list.text.includes('theirs'), list.text);
      const body = { name: 'x', organization_id: 'org-theirs', expires_at: inAnHour() };
      const made = await target.request('POST', '/internal/enrolment-tokens', { ...options, body });
      assert(made.status === 404, `${made.status}`);
      return 'none in the list; 404 for a new one';
    },
  },
  {
    name: 'an enrolment token without an expiry',
    run: async (target) => {
      const body = { name: 'x', organization_id: 'org-mine' };
      const { status } = await target.request('POST', '/internal/enrolment-tokens', {
        token: target.tokens.admin,
        body,
      });
      assert(status === 400, `${status}`);
      return '400';
    },
  },
  {
    name: 'a page of another origin that opens the WebSocket',
    run: async (target) => {
      const connection = await target.connect({ origin: 'https://evil.example' });
      assert(!connection.isOpen, 'it is open');
      return 'the upgrade was refused';
    },
  },
];
