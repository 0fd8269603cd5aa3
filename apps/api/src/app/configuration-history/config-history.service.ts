import { Injectable } from '@nestjs/common';
import {
  isJsonObject,
  type ConfigDiff,
  type ConfigExplanation,
  type ConfigRevision,
  type ConfigVersion,
  type JsonObject,
  type OwnConfig,
  type Page,
} from '@moolai/contracts';
import type { Scope } from '../../platform/access/scope.js';
import { NotFoundError } from '../../platform/errors/app-error.js';
import {
  BUILT_IN_CONFIG,
  ConfigurationState,
  effectiveConfig,
  NO_OWN_CONFIG,
  ownPatch,
  type ChangeableLevel,
} from '../configuration/index.js';
import { configDiff } from './config-diff.js';
import { explainConfig, type LevelHistory, type LevelRevision } from './config-explanation.js';
import { ConfigHistoryRepository, type StoredVersion } from './config-history.repository.js';

/** A page of a list. */
interface PageRequest {
  page: number;
  page_size: number;
}

/** Removes empty objects, which mean that nothing is set. */
function saidOfItsOwn(content: JsonObject): JsonObject {
  const said = Object.entries(ownPatch(content as unknown as OwnConfig)).filter(
    ([, value]) => !isJsonObject(value) || Object.keys(value).length > 0,
  );
  return Object.fromEntries(said);
}

/** Reads the configuration history: versions, differences, and the source of each value. */
@Injectable()
export class ConfigHistoryService {
  constructor(
    private readonly repository: ConfigHistoryRepository,
    private readonly present: ConfigurationState,
  ) {}

  /** @throws NotFoundError */
  async versions(
    orchestratorId: string,
    { page, page_size }: PageRequest,
    scope: Scope,
  ): Promise<Page<ConfigVersion>> {
    await this.present.of(orchestratorId, scope);
    const { versions, total } = await this.repository.versions(
      orchestratorId,
      (page - 1) * page_size,
      page_size,
    );
    const configs = await this.configsOf(orchestratorId, versions);
    const items = versions.slice(0, page_size).map((version, index) => ({
      config_version: version.configVersion,
      config_hash: version.configHash,
      level: version.level,
      changed_by: version.changedBy,
      changed_at: version.changedAt,
      comment: version.comment,
      changes: configDiff(configs[index + 1] ?? BUILT_IN_CONFIG, configs[index] ?? BUILT_IN_CONFIG),
    }));
    return { items, total, page, page_size };
  }

  /** @throws NotFoundError */
  async diff(orchestratorId: string, from: number, to: number, scope: Scope): Promise<ConfigDiff> {
    await this.present.of(orchestratorId, scope);
    const versions = [await this.version(orchestratorId, from), await this.version(orchestratorId, to)];
    const [before = {}, after = {}] = await this.configsOf(orchestratorId, versions);
    return { orchestrator_id: orchestratorId, from, to, changes: configDiff(before, after) };
  }

  /** @throws NotFoundError */
  async explain(orchestratorId: string, scope: Scope): Promise<ConfigExplanation> {
    const state = await this.present.of(orchestratorId, scope);
    const histories = [
      this.history('orchestrator', orchestratorId, saidOfItsOwn),
      this.history('organization', state.organizationId, (content) => content),
      this.history('fleet', 'fleet', (content) => content['defaults'] as JsonObject),
    ];
    const config = effectiveConfig(state.defaults, state.settings, state.own);
    return {
      orchestrator_id: orchestratorId,
      config_version: state.configVersion,
      values: await explainConfig(config, histories),
    };
  }

  /**
   * An orchestrator's own level at a version.
   * @throws NotFoundError
   */
  async ownAt(orchestratorId: string, configVersion: number, scope: Scope): Promise<OwnConfig> {
    await this.present.of(orchestratorId, scope);
    const { ownRevision } = await this.version(orchestratorId, configVersion);
    return this.ownOf(orchestratorId, ownRevision);
  }

  /** One page of a level's revisions, newest first. */
  async revisions(
    level: ChangeableLevel,
    levelId: string,
    { page, page_size }: PageRequest,
  ): Promise<Page<ConfigRevision>> {
    const offset = (page - 1) * page_size;
    const rows = await this.repository.revisions(level, levelId, offset, page_size + 1);
    const items = rows
      .slice(0, page_size)
      .map(({ revision, content, changedBy, changedAt, comment }, index) => ({
        revision,
        before: rows[index + 1]?.content ?? {},
        after: content,
        changed_by: changedBy,
        changed_at: changedAt,
        comment,
      }));
    return { items, total: await this.repository.countRevisions(level, levelId), page, page_size };
  }

  /**
   * The content of a level at a revision.
   * @throws NotFoundError
   */
  async contentOf(level: ChangeableLevel, levelId: string, revision: number): Promise<JsonObject> {
    const [content] = await this.repository.contents([{ level, levelId, revision }]);
    if (!content) throw new NotFoundError('revision', String(revision));
    return content;
  }

  private async version(orchestratorId: string, configVersion: number): Promise<StoredVersion> {
    const version = await this.repository.version(orchestratorId, configVersion);
    if (!version) throw new NotFoundError('config_version', String(configVersion));
    return version;
  }

  private async ownOf(orchestratorId: string, revision: number): Promise<OwnConfig> {
    const [content] = await this.repository.contents([
      { level: 'orchestrator', levelId: orchestratorId, revision },
    ]);
    return content ? (content as unknown as OwnConfig) : NO_OWN_CONFIG;
  }

  /** The effective configurations of versions, computed from their revisions. */
  private async configsOf(orchestratorId: string, versions: StoredVersion[]): Promise<JsonObject[]> {
    const contents = await this.repository.contents(
      versions.flatMap(({ fleetRevision, organizationId, organizationRevision, ownRevision }) => [
        { level: 'fleet' as const, levelId: 'fleet', revision: fleetRevision },
        { level: 'organization' as const, levelId: organizationId, revision: organizationRevision },
        { level: 'orchestrator' as const, levelId: orchestratorId, revision: ownRevision },
      ]),
    );
    return versions.map((_, index) => {
      const [fleet, settings, own] = contents.slice(3 * index, 3 * index + 3);
      return effectiveConfig(
        (fleet?.['defaults'] ?? {}) as JsonObject,
        settings ?? {},
        own ? (own as unknown as OwnConfig) : NO_OWN_CONFIG,
      );
    });
  }

  private history(
    level: ChangeableLevel,
    levelId: string,
    patchOf: (content: JsonObject) => JsonObject,
  ): LevelHistory {
    const { repository } = this;
    async function* revisions(): AsyncGenerator<LevelRevision> {
      for await (const revision of repository.walk(level, levelId)) {
        yield { ...revision, content: patchOf(revision.content) };
      }
    }
    return { level, levelId, revisions: revisions() };
  }
}
