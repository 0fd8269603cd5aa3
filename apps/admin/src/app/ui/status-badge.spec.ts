import { TestBed } from '@angular/core/testing';
import { ORCHESTRATOR_STATUSES, type OrchestratorStatus } from '@moolai/contracts';
import { settle } from '../../testing/gestures';
import { nameOf, textOf } from '../../testing/queries';
import { StatusBadge } from './status-badge';
import { STATUS_PRESENTATION } from './status-presentation';

async function badge(status: OrchestratorStatus, reason?: string): Promise<HTMLElement> {
  const fixture = TestBed.createComponent(StatusBadge);
  fixture.componentRef.setInput('status', status);
  fixture.componentRef.setInput('reason', reason);
  await settle();
  return fixture.nativeElement as HTMLElement;
}

describe('StatusBadge', () => {
  it.each([
    ['active', '●', 'Active'],
    ['independent', '◆', 'Independent'],
    ['inactive', '○', 'Inactive'],
    ['error', '✖', 'Error'],
  ] as const)('shows %s as %s and the word "%s"', async (status, glyph, word) => {
    expect(textOf(await badge(status))).toBe(`${glyph} ${word}`);
  });

  it('has a separate shape for every status, independent of colours', () => {
    const glyphs = ORCHESTRATOR_STATUSES.map((status) => STATUS_PRESENTATION[status].glyph);

    expect(new Set(glyphs).size).toBe(4);
  });

  it('announces the word only', async () => {
    expect(nameOf(await badge('error'))).toBe('Error');
  });

  it('shows the reason on hover', async () => {
    expect((await badge('error', 'The connection broke.')).title).toBe('The connection broke.');
  });
});
