import { usesDefaultPassword, type Settings } from '../config/settings.js';

/** What someone needs to know who has just started the controller, on standard output. */
export function banner(settings: Settings, address: string, hasConsole: boolean, demoFleet: number): string {
  const password = usesDefaultPassword(settings) ? settings.superadmin.password : 'your SUPERADMIN_PASSWORD';
  const lines = [
    '',
    '  Moolai Controller is running.',
    '',
    hasConsole ? `  Console      ${address}/` : '  Console      not built; run `npm run build`',
    `  Sign in      ${settings.superadmin.email} / ${password}`,
    `  API docs     ${address}/api/docs`,
    `  Connect      ${address.replace(/^http/, 'ws')}/ws   then send {"type":"register","orchestrator_id":"my-orch"}`,
    ...(demoFleet > 0 ? [`  Demo fleet   ${demoFleet} simulated orchestrators (DEMO_FLEET=0 for none)`] : []),
    '',
    '  Ctrl-C stops it.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
