import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { ExportFileWriter, FileDigest } from './export-files.ts';

/** The time of every entry: when a file was packed is no part of what it says. */
const MTIME = new Date(Date.UTC(2000, 0, 1, 12));

/** A file in an archive: its bytes are asked for when its turn comes. */
export interface ArchivedFile {
  readonly name: string;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** Packs files, one after another, holding no more than a part of one. */
export async function writeArchive(
  files: readonly ArchivedFile[],
  writer: ExportFileWriter,
): Promise<FileDigest> {
  const zip = new ZipFile();
  for (const { name, bytes } of files)
    zip.addReadStreamLazy(name, { mtime: MTIME, mode: 0o100644, forceDosTimestamp: true }, (give) =>
      give(null, Readable.from(bytes(), { objectMode: false })),
    );
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  zip.end();
  for await (const chunk of output) await writer.append(chunk as Uint8Array);
  return writer.end();
}
