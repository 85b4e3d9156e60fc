// Makes the types of the public surface that the portal speaks of docs/openapi.json, where they are missing or older than it.
// They are not kept in the repository, so they cannot drift from the document.
import { existsSync } from 'node:fs';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './packages.mjs';

const document = join(root, 'docs/openapi.json');
const target = join(root, 'libs/portal/service/src/api/surface.d.ts');

export async function writeSurfaceTypes() {
  if (existsSync(target) && (await stat(target)).mtimeMs > (await stat(document)).mtimeMs) return;
  const { default: openapiTypescript, astToString } = await import('openapi-typescript');
  const text = astToString(await openapiTypescript(pathToFileURL(document)));
  await mkdir(dirname(target), { recursive: true });
  // Two builds may run at the same time: nobody reads half a file.
  const half = `${target}.${process.pid}`;
  await writeFile(half, text);
  await rename(half, target);
}

if (process.argv[1] === import.meta.filename) await writeSurfaceTypes();
