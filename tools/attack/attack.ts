/**
 * `npm run attack`: starts a controller and runs attacks on it, one after the other. Each reports what it achieved; one
 * that gains unauthorized access fails the run.
 *
 * With a name it runs only cases whose name contains it: `npm run attack -- brute`.
 */
import { Target } from './target.ts';
import { groups } from './cases/index.ts';

const wanted = process.argv[2] ?? '';
const target = await Target.start();
const failures: string[] = [];
let count = 0;
try {
  for (const [group, cases] of Object.entries(groups)) {
    process.stdout.write(`\n${group}\n`);
    for (const { name, run } of cases.filter((one) => one.name.includes(wanted))) {
      count += 1;
      const number = String(count).padStart(3);
      try {
        process.stdout.write(`${number}. ${name}: ${await run(target)}\n`);
      } catch (error) {
        failures.push(name);
        process.stdout.write(`${number}. ${name}: SUCCEEDED: ${(error as Error).message}\n`);
      }
      if (target.hasEnded) throw new Error('the controller has ended');
    }
  }
} finally {
  await target.stop();
}
process.stdout.write(`\n${count} attacks, ${count - failures.length} repelled\n`);
if (failures.length > 0 || count === 0) process.exit(1);
