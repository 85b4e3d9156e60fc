import type { Server } from 'node:http';
import { Duplex, type DuplexOptions } from 'node:stream';

/** As a socket tells of it. */
const failure = (code: string, words: string): Error => Object.assign(new Error(words), { code });

/**
 * One end of a connection that does not leave the process: what is written at one is read at the other, no faster than it is read. It ends
 * as a socket does: what was written before an orderly end arrives, and who goes away without one is found gone.
 */
class ConnectionEnd extends Duplex {
  /** As of a socket. */
  bytesRead = 0;
  #other!: ConnectionEnd;
  /** Called once what was written last has been read. */
  #taken: (() => void) | undefined;

  static pair(options?: DuplexOptions): readonly [ConnectionEnd, ConnectionEnd] {
    const ends = [new ConnectionEnd(options), new ConnectionEnd(options)] as const;
    ends[0].#other = ends[1];
    ends[1].#other = ends[0];
    return ends;
  }

  /** Ends it once all that was written is on its way. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  override _read(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    const other = this.#other;
    if (other.destroyed) return done(failure('ECONNRESET', 'the other end is gone'));
    other.bytesRead += chunk.length;
    if (other.push(chunk)) process.nextTick(done);
    else other.#taken = () => process.nextTick(done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: (error?: Error) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  override _final(done: (error?: Error) => void): void {
    if (!this.#other.destroyed) this.#other.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const other = this.#other;
    // Who waits for its last words to be read waits in vain.
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
    if (!this.writableFinished) setImmediate(() => other.destroy());
    done(error);
  }
}

/**
 * A connection to a server of this very process without a socket. Requests and answers are Node's own at either end, and whatever
 * a server does with connections it does with this one.
 * @returns the caller's end.
 * @throws Error ECONNREFUSED where the server does not listen.
 */
export function connectWithin(server: Server): Duplex {
  if (!server.listening) throw failure('ECONNREFUSED', 'nobody listens');
  const [ours, theirs] = ConnectionEnd.pair();
  server.emit('connection', theirs);
  return ours;
}
