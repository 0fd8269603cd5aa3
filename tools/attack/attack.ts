/**
 * `npm run attack`: tries to gain unauthorized access, case by case, to a controller of its own.
 * Each case says what it got; one that gets further than it should fails the run.
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
        process.stdout.write(`${number}. ${name}: GOT THROUGH: ${(error as Error).message}\n`);
      }
      if (target.hasEnded) throw new Error('the controller has ended');
    }
  }
} finally {
  await target.stop();
}
process.stdout.write(`\n${count} attacks, ${count - failures.length} held off\n`);
if (failures.length > 0 || count === 0) process.exit(1);
