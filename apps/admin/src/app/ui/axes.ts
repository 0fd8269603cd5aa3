import type { Orchestrator } from '@moolai/contracts';
import type { IconName } from './icon-paths';
import { UI_TEXTS } from './ui.texts';

const TEXTS = UI_TEXTS.axes;

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
      label: TEXTS.connected,
      tone: 'good',
      hint: TEXTS.connectedHint,
    };
  if (last_seen === null)
    return { icon: 'unlink', label: TEXTS.neverConnected, tone: 'calm', hint: TEXTS.neverConnectedHint };
  return status === 'error'
    ? {
        icon: 'problem',
        label: TEXTS.connectionLost,
        tone: 'bad',
        hint: TEXTS.connectionLostHint,
      }
    : { icon: 'unlink', label: TEXTS.notConnected, tone: 'calm', hint: TEXTS.notConnectedHint };
}

function heartbeatOf({ connected, status, is_independent, last_seen, health_status }: Facts): Axis {
  if (is_independent)
    return {
      icon: 'snowflake',
      label: TEXTS.ignored,
      tone: 'own',
      hint: TEXTS.ignoredHint,
    };
  if (last_seen === null)
    return { icon: 'minus', label: TEXTS.noneYet, tone: 'calm', hint: TEXTS.noneYetHint };
  if (!connected)
    return {
      icon: 'minus',
      label: TEXTS.none,
      tone: 'calm',
      hint: TEXTS.noneHint,
    };
  if (health_status.status === 'error')
    return {
      icon: 'problem',
      label: TEXTS.reportsAnError,
      tone: 'bad',
      hint: TEXTS.reportsAnErrorHint,
    };
  return status === 'inactive'
    ? {
        icon: 'warning',
        label: TEXTS.overdue,
        tone: 'warn',
        hint: TEXTS.overdueHint,
      }
    : { icon: 'heart', label: TEXTS.onTime, tone: 'good', hint: TEXTS.onTimeHint };
}

function managementOf({ is_independent, independence_source }: Facts): Axis {
  if (!is_independent) return { icon: 'eye', label: TEXTS.managed, tone: 'good', hint: TEXTS.managedHint };
  return independence_source === 'organization'
    ? {
        icon: 'diamond',
        label: TEXTS.independentByOrganization,
        tone: 'own',
        hint: TEXTS.inheritedHint,
      }
    : { icon: 'diamond', label: TEXTS.independent, tone: 'own', hint: TEXTS.ownHint };
}

/** The three axes of an orchestrator. */
export function axesOf(facts: Facts): Axes {
  return { link: linkOf(facts), heartbeat: heartbeatOf(facts), management: managementOf(facts) };
}
