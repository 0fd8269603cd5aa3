import { SETTINGS_TEXTS } from './settings.texts';

const TEXTS = SETTINGS_TEXTS.userAgent;
const BROWSERS: readonly [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl\//, 'curl'],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

function firstOf(names: readonly [RegExp, string][], text: string): string | undefined {
  return names.find(([pattern]) => pattern.test(text))?.[1];
}

/** The common name of a request's browser: "Firefox on Linux". */
export function browserName(userAgent: string | null): string {
  if (!userAgent) return TEXTS.unknownBrowser;
  const browser = firstOf(BROWSERS, userAgent) ?? userAgent.slice(0, 40);
  const system = firstOf(SYSTEMS, userAgent);
  return system ? TEXTS.browserOn(browser, system) : browser;
}
