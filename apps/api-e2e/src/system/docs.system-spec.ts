import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ControllerProcess, freePort, newDataDir, TestOrchestrator } from '@moolai/testing';
import { describeWith } from './debian.js';

const OPERATORS = new URL('../../../../docs/operators.md', import.meta.url);
const PASSWORD = 'the password of the docs';

/** The first block of shell commands after a heading. */
function commandsAfter(heading: string): string {
  const [, text = ''] = readFileSync(OPERATORS, 'utf8').split(`\n## ${heading}\n`);
  return /```sh\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
}

describeWith('curl', 'jq')('the commands of docs/operators.md on a new controller in production', () => {
  const dataDir = newDataDir();
  let controller: ControllerProcess;

  beforeAll(async () => {
    controller = new ControllerProcess(await freePort(), dataDir, {
      NODE_ENV: 'production',
      DEMO_FLEET: '0',
      JWT_SECRET: 'j'.repeat(48),
      CONTROLLER_ENCRYPTION_KEY: Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7)).toString('base64'),
      SUPERADMIN_EMAIL: 'you@example.com',
      SUPERADMIN_PASSWORD: PASSWORD,
    });
    await controller.untilHealthy();
  });

  afterAll(() => controller.stop());

  it('create an enrolment token that admits an orchestrator', async () => {
    const commands = commandsAfter('Orchestrators and their credentials');
    const script = commands.replace('localhost:8765', `127.0.0.1:${controller.port}`);
    expect(script).not.toBe(commands);
    const env = { PATH: process.env['PATH'], EMAIL: 'you@example.com', PASSWORD };
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], { env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const [, token = ''] = /"token":"(moe_[^"]+)"/.exec(stdout) ?? [];
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    const { organization_id } = await orchestrator.register('documented-1', { token });
    expect(organization_id).toBe('org-001');
    await orchestrator.close();
  });
});
