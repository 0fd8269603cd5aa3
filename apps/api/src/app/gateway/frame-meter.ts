/** Part of each client frame (RFC 6455, section 5.3). */
const MASK_BYTES = 4;

/**
 * Follows the frames of a client (RFC 6455, section 5.2) to know whether a message is unfinished, because `ws` does not
 * report how much of it is in its memory. Invalid frames are left to `ws`.
 */
export class FrameMeter {
  /** Received bytes of the current frame's header: its first two and its extended length. */
  private headerBytes = 0;
  private lengthBytes = 0;
  private length = 0;
  /** Bytes of the current frame that have not arrived yet. */
  private left = 0;
  private isFinal = true;
  private isControl = false;
  /** True between the fragments of a message. */
  private isFragmented = false;
  private hasEnded = false;

  /** True while a message or a frame has arrived in part. */
  get isUnfinished(): boolean {
    return this.isFragmented || this.headerBytes > 0 || this.left > 0;
  }

  /**
   * Follows one read of the socket.
   * @returns true if a message ended in it
   */
  read(chunk: Buffer): boolean {
    this.hasEnded = false;
    for (let at = 0; at < chunk.length;) {
      if (this.left === 0) {
        this.readHeader(chunk[at] ?? 0);
        at += 1;
        continue;
      }
      const taken = Math.min(this.left, chunk.length - at);
      at += taken;
      this.left -= taken;
      if (this.left === 0) this.endFrame();
    }
    return this.hasEnded;
  }

  private readHeader(byte: number): void {
    this.headerBytes += 1;
    if (this.headerBytes === 1) {
      this.isFinal = (byte & 0x80) !== 0;
      this.isControl = (byte & 0x08) !== 0;
      return;
    }
    if (this.headerBytes === 2) {
      const short = byte & 0x7f;
      this.lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
      this.length = this.lengthBytes === 0 ? short : 0;
    } else {
      this.length = this.length * 256 + byte;
    }
    if (this.headerBytes < 2 + this.lengthBytes) return;
    this.headerBytes = 0;
    this.left = MASK_BYTES + this.length;
  }

  private endFrame(): void {
    if (this.isControl) return;
    this.isFragmented = !this.isFinal;
    this.hasEnded ||= this.isFinal;
  }
}
