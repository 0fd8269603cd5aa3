import type { Orchestrator, Organization } from '@moolai/contracts';
import type { Jump } from '../../core/keys/jumps';
import type { IconName } from '../../ui/icon-paths';
import type { SHELL_TEXTS } from '../shell.texts';

/** One result of the palette. */
export interface PaletteItem {
  readonly id: string;
  readonly group: keyof typeof SHELL_TEXTS.paletteGroups;
  readonly label: string;
  /** Shown beside the label: an id, or the keyboard shortcut. */
  readonly note: string;
  readonly icon: IconName;
  readonly commands: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** The pages with a word that begins with the typed text. */
export function matchingPages(words: string, pages: readonly Jump[]): PaletteItem[] {
  const wanted = words.toLowerCase();
  return pages
    .filter(({ label }) => ` ${label.toLowerCase()}`.includes(` ${wanted}`))
    .map(({ path, label, icon, key }) => ({
      id: `page-${key}`,
      group: 'pages',
      label,
      note: `g ${key}`,
      icon,
      commands: [path],
      query: {},
    }));
}

/** Results from the fleet. */
export function fleetItems(
  organizations: readonly Organization[],
  orchestrators: readonly Orchestrator[],
): PaletteItem[] {
  return [
    ...organizations.map(({ organization_id: id, name }) => ({
      id: `organization-${id}`,
      group: 'organizations' as const,
      label: name || id,
      note: id,
      icon: 'organizations' as const,
      commands: ['/organizations', id],
      query: {},
    })),
    ...orchestrators.map(({ orchestrator_id: id, name }) => ({
      id: `orchestrator-${id}`,
      group: 'orchestrators' as const,
      label: name || id,
      note: id,
      icon: 'orchestrators' as const,
      commands: ['/orchestrators', id],
      query: {},
    })),
  ];
}
