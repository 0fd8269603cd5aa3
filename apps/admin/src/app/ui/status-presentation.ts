import type { OrchestratorStatus } from '@moolai/contracts';
import { UI_TEXTS } from './ui.texts';

const TEXTS = UI_TEXTS.statusPresentation;

/** Shape and word of a status (HLD 7.5), independent of its colour. */
export const STATUS_PRESENTATION: Readonly<Record<OrchestratorStatus, { glyph: string; label: string }>> = {
  active: { glyph: '●', label: TEXTS.active },
  independent: { glyph: '◆', label: TEXTS.independent },
  inactive: { glyph: '○', label: TEXTS.inactive },
  error: { glyph: '✖', label: TEXTS.error },
};
