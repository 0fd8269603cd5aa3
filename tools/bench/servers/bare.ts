/** The ceiling: a bare `ws` server that parses each frame and sets an entry of a Map, and nothing else. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answer } from '../lib/answer.ts';

const seen = new Map<string, number>();
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  path: '/ws',
  perMessageDeflate: false,
  backlog: 8_192,
});
server.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data: string) => {
    const message = JSON.parse(data) as { orchestrator_id: string };
    seen.set(message.orchestrator_id, Date.now());
  });
});

const actions = {
  port: async (): Promise<number> => {
    while (!server.address()) await new Promise<void>((resolve) => server.once('listening', resolve));
    return (server.address() as AddressInfo).port;
  },
};
export type BareActions = typeof actions;

answer(actions);
