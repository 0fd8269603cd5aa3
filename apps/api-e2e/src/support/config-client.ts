import type {
  ConfigChangeResult,
  ErrorEnvelope,
  JsonObject,
  OrchestratorConfig,
  SettingsResult,
} from '@moolai/contracts';
import type { MessageOf, TestOrchestrator } from '@moolai/testing';
import type { TestController } from './test-controller.js';

/** The answer of a configuration route. */
export interface ConfigAnswer<T> {
  status: number;
  data: T;
  etag: string | undefined;
  error: Pick<ErrorEnvelope, 'error' | 'detail' | 'errors'>;
}

/** The configuration routes, as an administrator calls them. */
export class ConfigClient {
  constructor(private readonly controller: TestController) {}

  async send<T>(
    method: 'get' | 'put' | 'post',
    path: string,
    body?: object,
    ifMatch?: string,
  ): Promise<ConfigAnswer<T>> {
    const request = this.controller.request(method, `/internal/${path}`);
    if (ifMatch !== undefined) void request.set('if-match', ifMatch);
    const response = await (body === undefined ? request : request.send(body));
    const { data, ...error } = response.body as { data: T } & ConfigAnswer<T>['error'];
    return { status: response.status, data, etag: response.headers['etag'], error };
  }

  /** Changes an orchestrator's own level; throws unless the answer is 200. */
  async setOwn(id: string, body: object): Promise<ConfigChangeResult> {
    return expectOk(await this.send<ConfigChangeResult>('put', `orchestrators/${id}/config`, body));
  }

  /** Changes an organization's settings; throws unless the answer is 200. */
  async setSettings(id: string, settings: JsonObject, more: object = {}): Promise<SettingsResult> {
    return expectOk(
      await this.send<SettingsResult>('put', `organizations/${id}/settings`, { settings, ...more }),
    );
  }

  /** Makes a document the effective one; throws unless the answer is 200. */
  async setDocument<T = unknown>(document: object): Promise<T> {
    return expectOk(await this.send<T>('put', 'configuration', document));
  }

  async of(id: string): Promise<OrchestratorConfig> {
    return this.get<OrchestratorConfig>(`orchestrators/${id}/config`);
  }

  async get<T>(path: string): Promise<T> {
    return expectOk(await this.send<T>('get', path));
  }

  /** Posts; throws unless the answer is 200. */
  async post<T>(path: string, body: object): Promise<T> {
    return expectOk(await this.send<T>('post', path, body));
  }
}

function expectOk<T>({ status, data, error }: ConfigAnswer<T>): T {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(error)}`);
  return data;
}

let probes = 0;

/**
 * All received configuration frames that no `next` has consumed. Frames arrive in order, so all frames that were
 * written before the answer to the probe are here.
 */
export async function receivedConfigs(
  orchestrator: TestOrchestrator,
  id: string,
): Promise<MessageOf<'config_update' | 'provisioning'>[]> {
  const clientMessageId = `probe-${(probes += 1)}`;
  orchestrator.send({
    type: 'recommendation',
    orchestrator_id: id,
    client_message_id: clientMessageId,
    recommendation: {},
  });
  for (;;) {
    const { client_message_id } = await orchestrator.next('received');
    if (client_message_id === clientMessageId) break;
  }
  return orchestrator.inbox.filter(
    (message) => message.type === 'config_update' || message.type === 'provisioning',
  );
}
