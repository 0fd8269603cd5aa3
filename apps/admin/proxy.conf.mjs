/** Where `npm run dev` sends what the console asks of the API. */
const api = `http://127.0.0.1:${process.env.CONTROLLER_PORT ?? 8765}`;

export default {
  '/api': { target: api },
  '/auth': { target: api },
  '/health': { target: api },
  '/metrics': { target: api },
  '/ws': { target: api, ws: true },
};
