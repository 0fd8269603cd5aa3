import {
  MESSAGE_DIRECTIONS,
  MESSAGE_SORT_FIELDS,
  MESSAGE_STATUSES,
  type FleetEvent,
  type Message,
  type MessageListQuery,
  type Page,
} from '@moolai/contracts';
import { given, oneOf, sortOf, type AddressParams } from '../../core/address';

export const PAGE_SIZE = 50;
export const NEWEST_FIRST = '-id';

/** What narrows the messages down, as the address has it. */
export type MessageFilter = Omit<MessageListQuery, 'page' | 'page_size' | 'sort'>;

export function messageFilterOf(params: AddressParams): MessageFilter {
  return given({
    search: params['search'] || undefined,
    status: oneOf(MESSAGE_STATUSES, params['status']),
    direction: oneOf(MESSAGE_DIRECTIONS, params['direction']),
    message_type: params['message_type'] || undefined,
    orchestrator_id: params['orchestrator_id'] || undefined,
    organization_id: params['organization_id'] || undefined,
  });
}

/** The question to the API that an address stands for. */
export function messageQueryOf(params: AddressParams, page: number): MessageListQuery & { sort: string } {
  const sort = sortOf(MESSAGE_SORT_FIELDS, params['sort'], NEWEST_FIRST);
  return { ...messageFilterOf(params), sort, page, page_size: PAGE_SIZE };
}

/** The page with what happened to the messages on it; the same object when nothing did. */
export function withEvents(page: Page<Message>, events: readonly FleetEvent[]): Page<Message> {
  const changes = new Map<unknown, Partial<Message>>();
  for (const { type, at, data } of events) {
    if (type !== 'message.status') continue;
    const { status, attempts, failure_reason } = data as unknown as Message;
    changes.set(data['id'], { status, attempts, failure_reason, updated_at: at });
  }
  if (!page.items.some(({ id }) => changes.has(id))) return page;
  return { ...page, items: page.items.map((one) => ({ ...one, ...changes.get(one.id) })) };
}
