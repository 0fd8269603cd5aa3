import type { OrchestratorStatus } from '@moolai/contracts';

/** How a status looks besides its colour (HLD 7.5): a form and a word, for whom colours say nothing. */
export const STATUS_PRESENTATION: Readonly<Record<OrchestratorStatus, { glyph: string; label: string }>> = {
  active: { glyph: '●', label: 'Active' },
  independent: { glyph: '◆', label: 'Independent' },
  inactive: { glyph: '○', label: 'Inactive' },
  error: { glyph: '✖', label: 'Error' },
};
