import { PGlite } from '@electric-sql/pglite';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { FILE_MODE, FOLDER_MODE, readTar } from '@smartkey/files';

/** Of what is written here; grows where the file would be another for the same library. */
const FORM = 1;
const LIBRARY = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
/** From `src` and from `dist` the same. */
const PLACE = fileURLToPath(new URL('../../dist', import.meta.url));
const NAME = /^empty-cluster-[0-9a-f]{16}\.tar\.gz$/;

/** Named by what makes it: another version of the library finds none, and goes the long way until the next build. */
function fileOf(place: string): string {
  const { version } = JSON.parse(readFileSync(join(dirname(LIBRARY), 'package.json'), 'utf8')) as {
    version: string;
  };
  const sizes = ['pglite.wasm', 'pglite.data', 'initdb.wasm'].map(
    (name) => statSync(join(LIBRARY, name)).size,
  );
  const name = createHash('sha256')
    .update(JSON.stringify([FORM, version, ...sizes]))
    .digest('hex')
    .slice(0, 16);
  return join(place, `empty-cluster-${name}.tar.gz`);
}

/**
 * The files of a PostgreSQL in which nothing is yet, as a tar, made by the build: to make them takes `initdb` three seconds of work each time.
 * @param place where builds leave it.
 * @returns undefined where there is none for this version of the library, or where it does not open: then `initdb` runs as ever.
 */
export function emptyCluster(place = PLACE): Buffer | undefined {
  const file = fileOf(place);
  if (!existsSync(file)) return undefined;
  try {
    // gzip ends with a checksum of what it holds.
    return gunzipSync(readFileSync(file));
  } catch (error) {
    process.emitWarning(`${file} cannot be used and should be removed: ${String(error)}`);
    return undefined;
  }
}

/** Makes it for this version of the library, where it is not there, and removes those of others. For the build. */
export async function makeEmptyCluster(place = PLACE): Promise<void> {
  const file = fileOf(place);
  if (existsSync(file)) return;
  const pglite = await PGlite.create();
  try {
    await pglite.exec('CHECKPOINT');
    const tar = Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer());
    await mkdir(place, { recursive: true });
    for (const other of await readdir(place)) if (NAME.test(other)) await rm(join(place, other));
    const making = `${file}.${process.pid}`;
    await writeFile(making, gzipSync(tar, { level: 9 }));
    await rename(making, file);
  } finally {
    await pglite.close();
  }
}

/**
 * Lays the files of an empty PostgreSQL where there are none. They come into their place all at once: of a process that dies meanwhile
 * nothing is left that looks like a database.
 */
export async function layEmptyCluster(files: string, place = PLACE): Promise<void> {
  if (existsSync(files) && readdirSync(files).length > 0) return;
  const tar = emptyCluster(place);
  if (tar === undefined) return;
  const making = `${files}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: FOLDER_MODE });
  for await (const { name, kind, content } of readTar(Readable.from([tar]), '/')) {
    const path = join(making, name);
    if (kind === 'folder') await mkdir(path, { recursive: true, mode: FOLDER_MODE });
    else await writeFile(path, content, { mode: FILE_MODE });
  }
  await rename(making, files);
}
