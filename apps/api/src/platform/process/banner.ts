import type { Settings } from '../config/settings.js';

/** Facts for the banner besides the settings. */
export interface BannerFacts {
  address: string;
  hasConsole: boolean;
  /** Number of simulated orchestrators started. */
  demoFleet: number;
  /** The superadmin's password, if this start generated it. */
  newPassword: string | undefined;
  /** Settings that hold a development secret although other machines can reach the controller. */
  defaultSecrets: readonly string[];
}

/** How to sign in. A password is printed once, at the start that generated it. */
export function signInLines(settings: Settings, newPassword: string | undefined): string[] {
  const { email, password } = settings.superadmin;
  if (newPassword !== undefined) {
    return [
      `  Sign in      ${email} / ${newPassword}`,
      '               This password is shown once. A new one: npm run password',
    ];
  }
  if (password !== undefined) return [`  Sign in      ${email} / your SUPERADMIN_PASSWORD`];
  return [`  Sign in      ${email} / the password of the first start (a new one: npm run password)`];
}

/** Lists publicly known secrets, and how to replace them. */
export function secretsLines(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const ways = names.map((name) =>
    name === 'SUPERADMIN_PASSWORD'
      ? 'Change the password: npm run password'
      : `Set ${name} to a secret of your own: openssl rand -base64 32`,
  );
  return [
    `  WARNING      Other machines can reach this controller, and these secrets are public: ${names.join(', ')}.`,
    ...ways.map((way) => `               ${way}`),
    '               Or let no other machine in: CONTROLLER_HOST=127.0.0.1',
  ];
}

/** The text printed on standard output after a start. */
export function banner(settings: Settings, facts: BannerFacts): string {
  const { address, hasConsole, demoFleet, newPassword, defaultSecrets } = facts;
  const warning = secretsLines(defaultSecrets);
  const lines = [
    '',
    '  Moolai Controller is running.',
    '',
    ...(warning.length > 0 ? [...warning, ''] : []),
    `  Connect      ${address.replace(/^http/, 'ws')}/ws   then send {"type":"register","orchestrator_id":"my-orch"}`,
    ...(demoFleet > 0 ? [`  Demo fleet   ${demoFleet} simulated orchestrators (DEMO_FLEET=0 for none)`] : []),
    `  API docs     ${address}/api/docs`,
    hasConsole ? `  Console      ${address}/` : '  Console      not built; run `npm run build`',
    ...signInLines(settings, newPassword),
    '',
    '  Ctrl-C stops it.  `npm start -- --quiet` prints warnings only.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
