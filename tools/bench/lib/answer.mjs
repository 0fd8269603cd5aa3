/**
 * Answers what the benchmark asks this process; see `Child.ask`. The channel keeps the process alive only
 * when nothing else does not: a controller must be able to end as it would without us.
 */
export function answer(actions, { keepsAlive = true } = {}) {
  process.on('message', async ({ id, action, args }) => {
    try {
      process.send({ id, result: await actions[action](args) });
    } catch (error) {
      process.send({ id, error: error.stack ?? String(error) });
    }
  });
  if (keepsAlive) process.once('disconnect', () => process.exit(0));
  else process.channel.unref();
}
