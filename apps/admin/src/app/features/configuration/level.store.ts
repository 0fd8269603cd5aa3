import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { ActivatedRoute, type ActivatedRouteSnapshot } from '@angular/router';
import type { FleetEvent, JsonObject } from '@moolai/contracts';
import { injectAddress } from '../../core/address';
import { Permissions } from '../../core/auth/permissions';
import { API } from '../../core/http/api-operations';
import { apiResource, callResource } from '../../core/http/api-resource';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { isSameJson, parseObject, prettyJson, refusedPlaces } from '../../ui/editor/json-text';
import { mergeJson } from '../../ui/editor/merge-json';
import {
  LEVEL_KINDS,
  problemsOf,
  schemasOf,
  type LevelContent,
  type LevelKind,
  type LevelRef,
} from './level';
import { LevelSource, type Outcome } from './level-source';

/** Result of the last change. */
export type SaveState =
  | { readonly name: 'idle' }
  | { readonly name: 'saving' }
  | { readonly name: 'saved'; readonly outcome: Outcome }
  | { readonly name: 'refused'; readonly failure: RequestFailure };

function levelOf({ data, params }: ActivatedRouteSnapshot): LevelRef {
  return {
    kind: LEVEL_KINDS.find((kind) => kind === data['kind']) ?? 'fleet',
    id: String(params['id'] ?? ''),
  };
}

function isConflict(failure: RequestFailure): boolean {
  return failure.name === 'ApiError' && failure.type === 'conflict';
}

/**
 * One level of the configuration, with the text being edited. Changes of others never replace the text; they are shown
 * beside it.
 */
@Injectable()
export class LevelStore {
  private readonly source = inject(LevelSource);
  private readonly permissions = inject(Permissions);
  private readonly address = injectAddress();
  private readonly current = signal<LevelRef>(levelOf(inject(ActivatedRoute).snapshot), {
    equal: isSameLevel,
  });
  /** The state that the edited text is based on. */
  private readonly start = signal<LevelContent | null>(null);
  private readonly saveState = signal<SaveState>({ name: 'idle' });

  readonly level = this.current.asReadonly();
  readonly canWrite = computed(() =>
    this.permissions.can(this.current().kind === 'fleet' ? 'fleet:manage' : 'configuration:write'),
  );
  readonly text = signal('');
  readonly comment = signal('');
  readonly saving = this.saveState.asReadonly();
  readonly base = this.start.asReadonly();

  readonly read = callResource(
    () => this.current(),
    (level) => this.source.read(level),
    { reloadOn: (event) => this.concerns(event) },
  );
  readonly history = callResource(
    () => ({ level: this.current(), page: this.address.page() }),
    ({ level, page }) => this.source.history(level, page),
    { keepsOld: true, reloadOn: (event) => this.concerns(event, true) },
  );
  /** The document contains the schemas, which apply to every level. */
  private readonly document = apiResource(API.getFleetConfiguration, () =>
    this.current().kind === 'fleet' ? undefined : {},
  );

  readonly parsed = computed(() => parseObject(this.text()));
  private readonly value = computed<JsonObject | null>(() => {
    const parsed = this.parsed();
    return 'value' in parsed ? parsed.value : null;
  });
  readonly isChanged = computed(() => {
    const start = this.start();
    const value = this.value();
    if (!start) return false;
    return value ? !isSameJson(value, start.content) : this.text() !== prettyJson(start.content);
  });
  readonly problems = computed(() => {
    const value = this.value();
    if (!value) return [];
    const state = this.saveState();
    const refused = state.name === 'refused' && state.failure.name === 'ApiError' ? state.failure.fields : [];
    const prefixes = this.current().kind === 'fleet' ? ['defaults'] : [];
    if (refused.length > 0) return refusedPlaces(refused, value, prefixes);
    const schemas = schemasOf({ schemas: { ...this.document.value()?.schemas } });
    return problemsOf(this.current().kind, value, schemas);
  });
  /** Changes that others have saved since the editing began. */
  readonly meanwhile = computed(() => {
    const start = this.start();
    const now = this.read.value();
    if (!start || !now || isSameJson(start.content, now.content)) return null;
    return { before: start.content, after: now.content };
  });
  readonly canSave = computed(
    () =>
      this.isChanged() && this.value() !== null && !this.meanwhile() && this.saveState().name !== 'saving',
  );

  constructor() {
    effect(() => {
      const now = this.read.value();
      if (now) untracked(() => this.adopt(now));
    });
  }

  show(kind: LevelKind, id: string): void {
    if (isSameLevel(this.current(), { kind, id })) return;
    this.current.set({ kind, id });
    this.start.set(null);
    this.text.set('');
    this.comment.set('');
    this.saveState.set({ name: 'idle' });
  }

  write(text: string): void {
    this.text.set(text);
    if (['refused', 'saved'].includes(this.saveState().name) && this.isChanged()) {
      this.saveState.set({ name: 'idle' });
    }
  }

  /** Starts again from the current content. */
  discard(): void {
    const now = this.read.value();
    if (now) this.begin(now);
    this.saveState.set({ name: 'idle' });
  }

  /** Merges the edited text with the changes of others; returns the places that both changed. */
  merge(): readonly string[] {
    const start = this.start();
    const value = this.value();
    const now = this.read.value();
    if (!start || !value || !now) return [];
    const merged = mergeJson(start.content, value, now.content);
    this.start.set(now);
    this.text.set(prettyJson(merged.value));
    this.saveState.set({ name: 'idle' });
    return merged.conflicts;
  }

  async save(): Promise<void> {
    const value = this.value();
    const start = this.start();
    if (!value || !start || !this.canSave()) return;
    const isDone = await this.attempt(() => this.saveFrom(start, value));
    if (isDone) this.begin({ content: value, tag: null });
  }

  /** Restores an earlier state of the level. */
  async rollBack(number: number, comment: string): Promise<boolean> {
    const tag = this.read.value()?.tag ?? null;
    return this.attempt(() => this.source.rollBack(this.current(), number, comment, tag));
  }

  /** A conflict in parts that are not edited here is none: the fleet's document also contains organizations. */
  private async saveFrom(start: LevelContent, value: JsonObject): Promise<Outcome> {
    const level = this.current();
    const comment = this.comment().trim();
    try {
      return await this.source.save(level, value, comment, start.tag);
    } catch (error) {
      if (!isConflict(toRequestFailure(error))) throw error;
      const now = await this.source.read(level);
      if (now.tag === start.tag || !isSameJson(now.content, start.content)) throw error;
      return this.source.save(level, value, comment, now.tag);
    }
  }

  private async attempt(change: () => Promise<Outcome>): Promise<boolean> {
    this.saveState.set({ name: 'saving' });
    try {
      const outcome = await change();
      this.saveState.set({ name: 'saved', outcome });
      this.comment.set('');
      return true;
    } catch (error) {
      const failure = toRequestFailure(error);
      // The level has changed; the page shows that once it is read.
      this.saveState.set({ name: 'refused', failure });
      return false;
    } finally {
      this.read.reload();
      this.history.reload();
    }
  }

  private adopt(now: LevelContent): void {
    const start = this.start();
    // Even the first answer must not replace typed text.
    if (!start || !this.isChanged()) this.begin(now);
    // Equal content with another tag: parts of the fleet's document that are not edited here have changed.
    else if (isSameJson(start.content, now.content)) this.start.set(now);
    const state = this.saveState();
    const isExplained = state.name === 'refused' && isConflict(state.failure) && this.meanwhile() !== null;
    if (isExplained) this.saveState.set({ name: 'idle' });
  }

  private begin(content: LevelContent): void {
    this.start.set(content);
    if (!this.isSaying(content.content)) this.text.set(prettyJson(content.content));
  }

  /** Keeps the layout of the text if its content is equal. */
  private isSaying(content: JsonObject): boolean {
    const value = this.value();
    return value !== null && this.text() !== '' && isSameJson(value, content);
  }

  private concerns({ type, data, organization_id, orchestrator_id }: FleetEvent, isHistory = false): boolean {
    if (type !== 'config.changed') return false;
    const { kind, id } = this.current();
    if (kind === 'fleet') return data.level === 'fleet' || organization_id === null;
    if (kind === 'organization') return organization_id === id && orchestrator_id === null;
    // An orchestrator's history also contains changes of upper levels.
    return orchestrator_id === id || (isHistory && orchestrator_id === null);
  }
}

function isSameLevel(one: LevelRef, other: LevelRef): boolean {
  return one.kind === other.kind && one.id === other.id;
}
