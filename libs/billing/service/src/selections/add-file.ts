import { Readable } from 'node:stream';
import type { Options, ZipFile } from 'yazl';

/** An archive that is written, and through what it reaches whoever reads it. */
export interface WrittenArchive {
  readonly zip: ZipFile;
  readonly output: Readable;
}

/**
 * Adds a file to an archive, and waits until whoever reads has taken its bytes or has gone. An archive holds all entries to its end: this
 * one holds where the bytes came from, and not the bytes.
 * @throws what reading them fails with.
 */
export async function addFile(
  { zip, output }: WrittenArchive,
  name: string,
  options: Partial<Options>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  if (output.closed) return;
  await new Promise<void>((resolve, reject) => {
    const taken = (): void => {
      output.off('close', taken);
      resolve();
    };
    output.once('close', taken);
    zip.addReadStreamLazy(name, options, (give) => {
      const stream = Readable.from(bytes, { objectMode: false });
      stream.once('error', reject).once('close', taken);
      give(null, stream);
    });
  });
}
