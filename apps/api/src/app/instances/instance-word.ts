import { isJsonObject } from '@moolai/contracts';

/** One word between instances. PostgreSQL carries at most 8,000 bytes. */
export interface InstanceWord {
  id: string;
  topic: string;
  /** The start of the instance that says it. */
  from: number;
  data: unknown;
  /** The starts that are to answer; absent if none is asked. */
  asked?: number[];
  /** The id of the word that this one answers. */
  answers?: string;
}

/** Returns undefined for a text of another form: any client of Redis and of the database can send one. */
export function parseWord(text: string): InstanceWord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { id, topic, from, asked, answers } = value;
    const isWord = typeof id === 'string' && typeof topic === 'string' && typeof from === 'number';
    const isQuestion = asked === undefined || Array.isArray(asked);
    const isAnswer = answers === undefined || typeof answers === 'string';
    return isWord && isQuestion && isAnswer ? (value as unknown as InstanceWord) : undefined;
  } catch {
    return undefined;
  }
}

/** The texts of a list; empty for anything else. */
export function textsOf(data: unknown): string[] {
  return Array.isArray(data) ? data.filter((one): one is string => typeof one === 'string') : [];
}
