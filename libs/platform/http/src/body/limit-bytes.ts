import { Transform, type Readable } from 'node:stream';
import { SenderGoneError } from '../application/sender-gone.ts';
import { tooLarge } from '../problem/problems.ts';

/** The same stream, which breaks off with a 413 problem once it is longer than `limit` bytes. */
export function limitBytes(source: Readable, limit: number): Readable {
  let seen = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limit) done(tooLarge(limit));
      else done(null, chunk);
    },
  });
  // Whoever reads it later still meets the error; without a listener it would end the process before that.
  limited.on('error', () => source.resume());
  source.on('error', (error) => limited.destroy(new SenderGoneError('the body broke off', { cause: error })));
  source.on('close', () => {
    if (!source.readableEnded) limited.destroy(new SenderGoneError('the body broke off'));
  });
  // Who has read enough lets the rest go by, or the sender would wait for ever.
  limited.on('close', () => source.resume());
  return source.pipe(limited);
}
