import { CONNECT_TEXTS } from './connect.texts';

const TEXTS = CONNECT_TEXTS.snippets;

/** The orchestrator to connect, and the controller. */
export interface Newcomer {
  readonly socketUrl: string;
  readonly orchestratorId: string;
  readonly organizationId: string;
  /** An enrolment token; empty if the controller requires none. */
  readonly token: string;
}

/** A command to run unchanged. */
export interface Snippet {
  readonly id: 'node' | 'python' | 'wscat';
  readonly label: string;
  readonly needs: string;
  readonly text: string;
}

/**
 * The first message.
 * @param indent spaces before each field, to put each on its own line
 */
function registration({ orchestratorId, organizationId, token }: Newcomer, indent?: number): string {
  const message = {
    type: 'register',
    orchestrator_id: orchestratorId,
    organization_id: organizationId,
    ...(token === '' ? {} : { token }),
    capabilities: 'message_ack',
  };
  // Keeps a list of one on the line of its name.
  return JSON.stringify(message, null, indent).replace(/"message_ack"/, '["message_ack"]');
}

/** Quotes a text for the shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function nodeSnippet(newcomer: Newcomer): string {
  const script = [
    `const ws = new WebSocket(${JSON.stringify(newcomer.socketUrl)});`,
    `const id = ${JSON.stringify(newcomer.orchestratorId)};`,
    `const send = (message) => ws.send(JSON.stringify(message));`,
    `ws.onopen = () => send(${registration(newcomer, 2)});`,
    `ws.onclose = ({ code }) => { console.log("closed", code); process.exit(); };`,
    `ws.onmessage = ({ data }) => {`,
    `  console.log(data);`,
    `  const { type, success, heartbeat_interval_sec, config_version, message_id } = JSON.parse(data);`,
    `  if (type === "handshake_ack" && success)`,
    `    setInterval(send, heartbeat_interval_sec * 1000, { type: "i_am_alive", orchestrator_id: id });`,
    `  if (type === "provisioning" || type === "config_update")`,
    `    send({ type: "config_ack", orchestrator_id: id, config_version, status: "applied" });`,
    `  if (type === "message") send({ type: "message_ack", message_id, status: "delivered" });`,
    `};`,
  ];
  return `node -e ${quoted(`\n${script.join('\n')}\n`)}`;
}

function pythonSnippet(newcomer: Newcomer): string {
  return `python3 - <<'END'
import asyncio, json, websockets

ID = ${JSON.stringify(newcomer.orchestratorId)}

async def beat(ws, seconds):
    while True:
        await asyncio.sleep(seconds)
        await ws.send(json.dumps({"type": "i_am_alive", "orchestrator_id": ID}))

async def main():
    async with websockets.connect(${JSON.stringify(newcomer.socketUrl)}) as ws:
        await ws.send(json.dumps(${registration(newcomer, 4).replaceAll('\n', '\n        ')}))
        async for text in ws:
            print(text)
            message = json.loads(text)
            if message["type"] == "handshake_ack" and message["success"]:
                beating = asyncio.create_task(beat(ws, message["heartbeat_interval_sec"]))
            elif message["type"] in ("provisioning", "config_update"):
                await ws.send(json.dumps({"type": "config_ack", "orchestrator_id": ID,
                    "config_version": message["config_version"], "status": "applied"}))
            elif message["type"] == "message":
                await ws.send(json.dumps({"type": "message_ack",
                    "message_id": message["message_id"], "status": "delivered"}))

asyncio.run(main())
END`;
}

/** wscat ends with its standard input, which is empty without a terminal; hence `sleep`. */
function wscatSnippet(newcomer: Newcomer): string {
  const register = quoted(registration(newcomer));
  return `sleep 600 | npx --yes wscat --connect ${newcomer.socketUrl} --wait 600 --execute ${register}`;
}

/** The commands that connect an orchestrator by different means. */
export function snippetsFor(newcomer: Newcomer): readonly Snippet[] {
  return [
    {
      id: 'node',
      label: 'Node',
      needs: TEXTS.needsNode,
      text: nodeSnippet(newcomer),
    },
    {
      id: 'python',
      label: 'Python',
      needs: TEXTS.needsPython,
      text: pythonSnippet(newcomer),
    },
    {
      id: 'wscat',
      label: 'wscat',
      needs: TEXTS.needsNpx,
      text: wscatSnippet(newcomer),
    },
  ];
}
