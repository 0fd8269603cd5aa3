import { createSocket, type Socket } from 'node:dgram';

const HEADER_BYTES = 12;
/** A response without an error, to a question that asked for recursion. */
const FLAGS = 0x8180;
const TYPE_AND_CLASS_BYTES = 4;
const TYPE_A = 1;

/** A name server that answers every name with one IPv4 address. */
export class NameServer {
  /** True to answer nothing, like Docker's for a stopped container on a machine without a network. */
  isSilent = false;

  private constructor(
    private readonly socket: Socket,
    public address: string,
  ) {
    socket.on('message', (question, { port, address: asker }) => {
      if (!this.isSilent) socket.send(this.answer(question), port, asker);
    });
  }

  static async start(address: string): Promise<NameServer> {
    const socket = createSocket('udp4');
    const server = new NameServer(socket, address);
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return this.socket.address().port;
  }

  stop(): void {
    this.socket.close();
  }

  /** RFC 1035, section 4: the header, the question, and one record of type A. */
  private answer(message: Buffer): Buffer {
    const endOfName = message.indexOf(0, HEADER_BYTES) + 1;
    const question = message.subarray(HEADER_BYTES, endOfName + TYPE_AND_CLASS_BYTES);
    const isKnown = message.readUInt16BE(endOfName) === TYPE_A;
    const header = Buffer.from(message.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(FLAGS, 2);
    header.writeUInt16BE(isKnown ? 1 : 0, 6);
    header.writeUInt32BE(0, 8);
    if (!isKnown) return Buffer.concat([header, question]);
    // The name as in the question, type A, class IN, 60 seconds, 4 bytes.
    const record = Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4]);
    return Buffer.concat([header, question, record, Buffer.from(this.address.split('.').map(Number))]);
  }
}
