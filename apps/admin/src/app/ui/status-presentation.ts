import type { OrchestratorStatus } from '@moolai/contracts';

/** Shape and word of a status (HLD 7.5), independent of its colour. */
export const STATUS_PRESENTATION: Readonly<Record<OrchestratorStatus, { glyph: string; label: string }>> = {
  active: { glyph: '●', label: 'Active' },
  independent: { glyph: '◆', label: 'Independent' },
  inactive: { glyph: '○', label: 'Inactive' },
  error: { glyph: '✖', label: 'Error' },
};
