import type { Orchestrator } from '@moolai/contracts';
import type { IconName } from './icon-paths';

/** Severity, for the colour; icon and text convey the same. */
export type Tone = 'good' | 'calm' | 'own' | 'warn' | 'bad';

/** One of the three independent parts of a status. */
export interface Axis {
  readonly icon: IconName;
  readonly label: string;
  readonly tone: Tone;
  /** The same as a sentence. */
  readonly hint: string;
}

/** Link, heartbeat and management separately, because one word would hide two of them. */
export interface Axes {
  readonly link: Axis;
  readonly heartbeat: Axis;
  readonly management: Axis;
}

type Facts = Pick<
  Orchestrator,
  'connected' | 'status' | 'is_independent' | 'independence_source' | 'last_seen' | 'health_status'
>;

function linkOf({ connected, status, last_seen }: Facts): Axis {
  if (connected)
    return {
      icon: 'link',
      label: 'Connected',
      tone: 'good',
      hint: 'The WebSocket is open and answers pings.',
    };
  if (last_seen === null)
    return { icon: 'unlink', label: 'Never connected', tone: 'calm', hint: 'It has not registered yet.' };
  return status === 'error'
    ? {
        icon: 'problem',
        label: 'Connection lost',
        tone: 'bad',
        hint: 'The connection was lost without a close frame.',
      }
    : { icon: 'unlink', label: 'Not connected', tone: 'calm', hint: 'It has no open connection.' };
}

function heartbeatOf({ connected, status, is_independent, last_seen, health_status }: Facts): Axis {
  if (is_independent)
    return {
      icon: 'snowflake',
      label: 'Ignored',
      tone: 'own',
      hint: 'Heartbeats are ignored, and last seen is frozen.',
    };
  if (last_seen === null)
    return { icon: 'minus', label: 'None yet', tone: 'calm', hint: 'No heartbeat has arrived yet.' };
  if (!connected)
    return {
      icon: 'minus',
      label: 'None',
      tone: 'calm',
      hint: 'It is not connected, so no heartbeats arrive.',
    };
  if (health_status.status === 'error')
    return {
      icon: 'problem',
      label: 'Reports an error',
      tone: 'bad',
      hint: 'Heartbeats arrive, but it reports being unhealthy.',
    };
  return status === 'inactive'
    ? {
        icon: 'warning',
        label: 'Overdue',
        tone: 'warn',
        hint: 'It is connected, but no heartbeats arrive.',
      }
    : { icon: 'heart', label: 'On time', tone: 'good', hint: 'Heartbeats arrive on time.' };
}

function managementOf({ is_independent, independence_source }: Facts): Axis {
  if (!is_independent)
    return { icon: 'eye', label: 'Managed', tone: 'good', hint: 'The controller evaluates its heartbeats.' };
  return independence_source === 'organization'
    ? {
        icon: 'diamond',
        label: 'Independent by organization',
        tone: 'own',
        hint: 'Inherited from its organization.',
      }
    : { icon: 'diamond', label: 'Independent', tone: 'own', hint: 'Set on this orchestrator.' };
}

/** The three axes of an orchestrator. */
export function axesOf(facts: Facts): Axes {
  return { link: linkOf(facts), heartbeat: heartbeatOf(facts), management: managementOf(facts) };
}
