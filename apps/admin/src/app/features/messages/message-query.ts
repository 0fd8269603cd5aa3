import {
  MESSAGE_DIRECTIONS,
  MESSAGE_STATUSES,
  type FleetEvent,
  type Message,
  type MessageListQuery,
  type Page,
} from '@moolai/contracts';
import { given, oneOf, type AddressParams } from '../../core/address';
import type { FilterOf } from '../../core/http/address-list';

/** Filters of the messages, as in the URL. */
export type MessageFilter = FilterOf<MessageListQuery>;
/** Their query parameters. */
export const FILTERS = [
  'search',
  'status',
  'direction',
  'message_type',
  'orchestrator_id',
  'organization_id',
];

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

/** The page updated by events; the same object if nothing changed. */
export function withEvents(page: Page<Message>, events: readonly FleetEvent[]): Page<Message> {
  const changes = new Map<number, Partial<Message>>();
  for (const { type, at, data } of events) {
    if (type !== 'message.status') continue;
    const { id, status, attempts, failure_reason } = data;
    changes.set(id, { status, attempts, failure_reason, updated_at: at });
  }
  if (!page.items.some(({ id }) => changes.has(id))) return page;
  return { ...page, items: page.items.map((one) => ({ ...one, ...changes.get(one.id) })) };
}
