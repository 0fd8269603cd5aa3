/** The ceiling: a bare `ws` server that parses each frame and sets an entry of a Map, and nothing else. */
import { WebSocketServer } from 'ws';
import { answer } from '../lib/answer.mjs';

const seen = new Map();
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  path: '/ws',
  perMessageDeflate: false,
  backlog: 8_192,
});
server.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    seen.set(message.orchestrator_id, Date.now());
  });
});

answer({
  port: async () => {
    while (!server.address()) await new Promise((resolve) => server.once('listening', resolve));
    return server.address().port;
  },
});
