import {
  isJsonObject,
  type ConfigAckMessage,
  type ConfigUpdateMessage,
  type ProvisioningMessage,
} from '@moolai/contracts';
import type { ConfigInfo, OrchestratorClientOptions } from './client-options.js';
import { continueTrace, type Traced } from './continue-trace.js';
import type { ConfigCache, KnownConfig } from './config-cache.js';
import { describeError } from './describe-error.js';
import type { ReportedConfig } from './registration.js';
import type { StateError } from './state-error.js';

/** Result of applying a configuration. */
export type ConfigOutcome = Pick<ConfigAckMessage, 'status' | 'detail'>;

/** A message that carries a configuration. */
export type ConfigMessage = ProvisioningMessage | ConfigUpdateMessage;

/** Collaborators of a {@link ConfigApplier}. */
export interface ConfigApplierOptions {
  onConfig: OrchestratorClientOptions['onConfig'];
  cache: ConfigCache | undefined;
  onApplied: (config: KnownConfig['config'], info: ConfigInfo) => void;
  onProblem: (code: 'state' | 'cached_config', detail: string) => void;
}

/** Applies configurations one at a time in order of arrival, and caches the last one applied. */
export class ConfigApplier {
  private applied: Omit<KnownConfig, 'config'> | undefined;
  private applying: Promise<void> = Promise.resolve();

  constructor(private readonly options: ConfigApplierOptions) {}

  /** The applied configuration, as `register` reports it; empty if none was applied yet. */
  reported(): ReportedConfig {
    if (!this.applied) return {};
    return { config_version: this.applied.configVersion, config_hash: this.applied.configHash };
  }

  /**
   * Applies the cached configuration, unless another one was applied before. Calls the callback synchronously. Resolves
   * when the callback is done; never rejects.
   */
  async applyKept(): Promise<void> {
    const kept = this.applied ? undefined : this.readKept();
    if (!kept) return;
    const { config, configVersion, configHash } = kept;
    const outcome = this.apply(config, { configVersion, configHash, source: 'cache' });
    this.applying = this.applying.then(async () => {
      const { status, detail } = await outcome;
      if (status === 'failed') this.options.onProblem('cached_config', detail ?? '');
    });
    await this.applying;
  }

  /** Applies a configuration after all earlier ones, and acknowledges it. */
  receive(message: ConfigMessage, acknowledge: (answer: Traced<ConfigOutcome>) => void): void {
    const attributes = { 'moolai.config_version': message.config_version };
    const traceparent = message.type === 'config_update' ? message.traceparent : undefined;
    this.applying = this.applying.then(async () => {
      const apply = (): Promise<ConfigOutcome> => this.applyMessage(message);
      acknowledge(await continueTrace('apply configuration', traceparent, attributes, apply));
    });
  }

  private async applyMessage(message: ConfigMessage): Promise<ConfigOutcome> {
    const { config, config_version: configVersion, config_hash: configHash, type } = message;
    if (message.unchanged === true && this.isApplied(configVersion, configHash)) return { status: 'applied' };
    if (!isJsonObject(config)) return { status: 'failed', detail: 'The message has no configuration.' };
    return this.apply(config, { configVersion, configHash, source: type });
  }

  private isApplied(configVersion: number, configHash: string): boolean {
    return this.applied?.configVersion === configVersion && this.applied.configHash === configHash;
  }

  private async apply(config: KnownConfig['config'], info: ConfigInfo): Promise<ConfigOutcome> {
    const { configVersion, configHash } = info;
    try {
      // The callback may modify its argument, so cache a copy.
      const kept = this.options.cache && structuredClone(config);
      await this.options.onConfig?.(config, info);
      this.applied = { configVersion, configHash };
      this.options.onApplied(config, info);
      if (kept && info.source !== 'cache') this.store({ config: kept, configVersion, configHash });
    } catch (error) {
      return { status: 'failed', detail: describeError(error) };
    }
    return { status: 'applied' };
  }

  private store(config: KnownConfig): void {
    this.options.cache?.write(config).catch((error: StateError) => this.report(error));
  }

  private readKept(): KnownConfig | undefined {
    try {
      return this.options.cache?.read();
    } catch (error) {
      // Start despite a damaged file: the controller has the original.
      this.report(error as StateError);
      return undefined;
    }
  }

  private report(error: StateError): void {
    this.options.onProblem('state', error.message);
  }
}
