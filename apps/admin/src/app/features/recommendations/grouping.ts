import type { JsonObject, Message } from '@moolai/contracts';
import { RECOMMENDATIONS_TEXTS } from './recommendations.texts';

export const GROUPINGS = ['orchestrator', 'kind'] as const;
/** How recommendations are grouped. */
export type Grouping = (typeof GROUPINGS)[number];

/** A group of recommendations. */
export interface Group {
  readonly name: string;
  readonly items: readonly Recommendation[];
}

/** A recommendation for display. */
export interface Recommendation {
  readonly message: Message;
  readonly kind: string;
  /** One sentence if possible: recommendations have no fixed format. */
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

/** The recommendation in a message. */
export function recommendationOf(message: Message): Recommendation {
  const content = message.message_content;
  const text = firstText(content, SUMMARIES) ?? JSON.stringify(content);
  return {
    message,
    kind: firstText(content, KINDS) ?? RECOMMENDATIONS_TEXTS.grouping.withoutAType,
    summary: text.length > MAX_SUMMARY ? `${text.slice(0, MAX_SUMMARY - 1)}…` : text,
  };
}

/** Groups recommendations; keeps the order of the list. */
export function groupsOf(messages: readonly Message[], grouping: Grouping): readonly Group[] {
  const groups = new Map<string, Recommendation[]>();
  for (const message of messages) {
    const one = recommendationOf(message);
    const name = grouping === 'kind' ? one.kind : message.orchestrator_id;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups].map(([name, items]) => ({ name, items }));
}
