// Compiles the src of every workspace package to its dist with SWC, skipping what is up to date, and links the programs that are shipped.
// Types are checked apart (`npm run typecheck`): a start must not wait for the type checker.
// The types of the public surface that the portal speaks are made of its document first.
import { transformFile } from '@swc/core';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { linkPrograms } from './link-programs.mjs';
import { packageFolders, root } from './packages.mjs';
import { filesOf, PROGRAMS } from './programs.mjs';
import { writeSurfaceTypes } from './surface-types.mjs';
import { swcOptions } from './swc-options.mjs';

const quiet = process.argv.includes('--quiet');
/** Made below, by what was compiled. */
const isEmptyCluster = (file) => /[\\/]empty-cluster-[0-9a-f]+\.tar\.gz$/.test(file);
const isTest = (file) => /\.(spec|fixture)\.tsx?$/.test(file);

async function files(dir) {
  if (!existsSync(dir)) return [];
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** `main.js` of a program that is linked runs what was linked. */
const mains = new Map(
  PROGRAMS.map(filesOf).map(({ main, compiled }) => [join(root, main), join(root, compiled)]),
);

const changedAt = async (file) => (existsSync(file) ? (await stat(file)).mtimeMs : 0);
const configChangedAt = Math.max(
  ...(await Promise.all(['.swcrc', 'package-lock.json'].map((name) => changedAt(join(root, name))))),
);

async function compile(source, target, outName) {
  const { code, map } = await transformFile(source, {
    ...swcOptions(source),
    root,
    sourceFileName: relative(dirname(target), source),
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.map`, map ?? '');
  await writeFile(target, `${code}\n//# sourceMappingURL=${outName}.map\n`);
}

async function buildPackage(folder) {
  const src = join(root, folder, 'src');
  const dist = join(root, folder, 'dist');
  const wanted = new Set();
  let compiled = 0;
  for (const source of await files(src)) {
    if (isTest(source) || source.endsWith('.d.ts')) continue;
    const typescript = /\.tsx?$/.test(source);
    const named = join(dist, relative(src, source)).replace(/\.tsx?$/, '.js');
    const target = mains.get(named) ?? named;
    wanted.add(named).add(target);
    if (typescript) wanted.add(`${target}.map`);
    const builtAt = await changedAt(target);
    if (builtAt > (await changedAt(source)) && builtAt > configChangedAt) continue;
    if (typescript) await compile(source, target, basename(target));
    else {
      await mkdir(dirname(target), { recursive: true });
      await copyFile(source, target);
    }
    compiled += 1;
  }
  // What has no source any more must not stay importable.
  for (const built of await files(dist)) if (!wanted.has(built) && !isEmptyCluster(built)) await rm(built);
  return { compiled, modules: [...wanted].filter((file) => file.endsWith('.js') && !mains.has(file)) };
}

const started = Date.now();
await writeSurfaceTypes();
const packages = await Promise.all(packageFolders().map(buildPackage));
// An empty database, so that neither a first start nor a test has to make one.
const { makeEmptyCluster } = await import('../libs/platform/database/dist/pglite/empty-cluster.js');
await makeEmptyCluster();
const linked = await linkPrograms(packages.flatMap(({ modules }) => modules));
const compiled = packages.reduce((sum, each) => sum + each.compiled, 0);
if (!quiet || compiled > 0 || linked)
  process.stdout.write(
    `built ${packages.length} packages, ${compiled} files${linked ? ', and the programs of them,' : ''} in ${Date.now() - started} ms\n`,
  );
