import { inject, Injectable } from '@angular/core';
import type { ConfigRevision, ConfigVersion, JsonObject, Page } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { CONFIGURATION_TEXTS } from './configuration.texts';
import { ownChange, ownContent, sidesOf, type LevelContent, type LevelRef } from './level';

const TEXTS = CONFIGURATION_TEXTS.levelSource;

/** One entry of a level's history. */
export interface HistoryEntry {
  readonly number: number;
  readonly by: string;
  readonly at: string;
  readonly comment: string | null;
  /** The changed level, if it can be another one. */
  readonly level: ConfigVersion['level'] | null;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** Result of a change, as text. */
export interface Outcome {
  readonly words: string;
  readonly isComplete: boolean;
}

interface Reached {
  readonly pushed: number;
  readonly total: number;
}

const HISTORY_SIZE = 20;

function pushedWords({ pushed, total }: Reached): Outcome {
  if (total === 0) return { words: TEXTS.noneAffected, isComplete: true };
  const rest = pushed < total ? TEXTS.othersLater : '';
  return { words: TEXTS.pushedTo(pushed, total, rest), isComplete: pushed === total };
}

function ofRevision(revision: ConfigRevision): HistoryEntry {
  const { changed_by: by, changed_at: at, comment, before, after } = revision;
  return { number: revision.revision, by, at, comment, level: null, before, after };
}

function ofVersion(version: ConfigVersion): HistoryEntry {
  const { changed_by: by, changed_at: at, comment, level } = version;
  return { number: version.config_version, by, at, comment, level, ...sidesOf(version.changes) };
}

/** Reads and changes the levels, each with its own operations. */
@Injectable({ providedIn: 'root' })
export class LevelSource {
  private readonly api = inject(ApiClient);

  async read({ kind, id }: LevelRef): Promise<LevelContent> {
    if (kind === 'fleet') {
      const { data, etag } = await this.api.callTagged(API.getFleetConfiguration, {});
      return { content: { defaults: data.defaults, schemas: { ...data.schemas } }, tag: etag };
    }
    if (kind === 'organization') {
      const { data, etag } = await this.api.callTagged(API.getOrganizationSettings, { path: { id } });
      return { content: data.settings, tag: etag };
    }
    const { data, etag } = await this.api.callTagged(API.getOrchestratorConfig, { path: { id } });
    return { content: ownContent(data.own), tag: etag };
  }

  /** Saves `content` if the level is still in the state of `tag`. */
  async save(
    { kind, id }: LevelRef,
    content: JsonObject,
    comment: string,
    tag: string | null,
  ): Promise<Outcome> {
    const why = comment === '' ? {} : { comment };
    if (kind === 'fleet') {
      const { data } = await this.api.callTagged(API.changeFleetConfiguration, { body: content }, tag);
      return pushedWords(data);
    }
    if (kind === 'organization') {
      const body = { settings: content, ...why };
      return pushedWords(
        (await this.api.callTagged(API.changeOrganizationSettings, { path: { id }, body }, tag)).data,
      );
    }
    const body = { ...content, ...ownChange(content), ...why };
    const { data } = await this.api.callTagged(API.changeOrchestratorConfig, { path: { id }, body }, tag);
    return this.pushedOne(data.config_version, data.pushed);
  }

  async rollBack(
    { kind, id }: LevelRef,
    number: number,
    comment: string,
    tag: string | null,
  ): Promise<Outcome> {
    const why = comment === '' ? {} : { comment };
    const revision = { revision: number, ...why };
    if (kind === 'fleet') {
      return pushedWords(
        (await this.api.callTagged(API.rollBackFleetConfiguration, { body: revision }, tag)).data,
      );
    }
    if (kind === 'organization') {
      const call = { path: { id }, body: revision };
      return pushedWords((await this.api.callTagged(API.rollBackOrganizationSettings, call, tag)).data);
    }
    const call = { path: { id }, body: { config_version: number, ...why } };
    const { data } = await this.api.callTagged(API.rollBackOrchestratorConfig, call, tag);
    return this.pushedOne(data.config_version, data.pushed);
  }

  async history({ kind, id }: LevelRef, page: number): Promise<Page<HistoryEntry>> {
    const query = { page, page_size: HISTORY_SIZE };
    if (kind === 'orchestrator') {
      const found = await this.api.call(API.listOrchestratorConfigVersions, { path: { id }, query });
      return { ...found, items: found.items.map(ofVersion) };
    }
    const found =
      kind === 'fleet'
        ? await this.api.call(API.listFleetRevisions, { query })
        : await this.api.call(API.listOrganizationSettingsRevisions, { path: { id }, query });
    return { ...found, items: found.items.map(ofRevision) };
  }

  /** Compares an old state with the current one. */
  async againstNow(
    level: LevelRef,
    entry: HistoryEntry,
    newest: number,
  ): Promise<{ before: JsonObject; after: JsonObject }> {
    if (level.kind === 'orchestrator') {
      const call = { path: { id: level.id }, query: { from: entry.number, to: newest } };
      return sidesOf((await this.api.call(API.compareOrchestratorConfigVersions, call)).changes);
    }
    return { before: entry.after, after: (await this.read(level)).content };
  }

  private pushedOne(version: number, isPushed: boolean): Outcome {
    const words = isPushed ? TEXTS.versionPushed(version) : TEXTS.versionPushedLater(version);
    return { words, isComplete: isPushed };
  }
}
