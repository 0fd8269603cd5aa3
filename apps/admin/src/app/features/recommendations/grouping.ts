import type { JsonObject, Message } from '@moolai/contracts';
import { RECOMMENDATIONS_TEXTS } from './recommendations.texts';

export const GROUPINGS = ['orchestrator', 'kind'] as const;
/** By what recommendations are put together. */
export type Grouping = (typeof GROUPINGS)[number];

/** Recommendations that belong together. */
export interface Group {
  readonly name: string;
  readonly items: readonly Recommendation[];
}

/** A recommendation as people read it. */
export interface Recommendation {
  readonly message: Message;
  readonly kind: string;
  /** In a sentence, as well as can be told: what orchestrators recommend has no fixed form. */
  readonly summary: string;
}

const KINDS = ['type', 'kind', 'action', 'category'] as const;
const SUMMARIES = ['title', 'summary', 'message', 'text', 'detail', 'description', 'reason'] as const;
const MAX_SUMMARY = 200;

function firstText(content: JsonObject, fields: readonly string[]): string | undefined {
  for (const field of fields) {
    const value = content[field];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return undefined;
}

/** What a message recommends. */
export function recommendationOf(message: Message): Recommendation {
  const content = message.message_content;
  const text = firstText(content, SUMMARIES) ?? JSON.stringify(content);
  return {
    message,
    kind: firstText(content, KINDS) ?? RECOMMENDATIONS_TEXTS.grouping.withoutAType,
    summary: text.length > MAX_SUMMARY ? `${text.slice(0, MAX_SUMMARY - 1)}…` : text,
  };
}

/** Puts recommendations together; the groups and what is in them stay in the order of the list. */
export function groupsOf(messages: readonly Message[], grouping: Grouping): readonly Group[] {
  const groups = new Map<string, Recommendation[]>();
  for (const message of messages) {
    const one = recommendationOf(message);
    const name = grouping === 'kind' ? one.kind : message.orchestrator_id;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups].map(([name, items]) => ({ name, items }));
}
