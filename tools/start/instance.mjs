/** The process of one instance of `npm start -- --instances`: the controller, which ends with its starter. */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

await import('../../apps/api/dist/main.js');
