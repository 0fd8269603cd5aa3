/** Runs the Redis whose command line it gets, which ends with its starter even if that is killed. */
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
const redis = spawn(program, args, { stdio: 'ignore' });
const end = () => redis.kill('SIGTERM');
process.on('disconnect', end);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
redis.once('error', () => process.exit(1));
redis.once('exit', (code) => process.exit(code ?? 1));
