// Joins the modules that each shipped program is made of, its libraries' too, to a few files in dist/programs. A program reads some two
// thousand modules otherwise, which takes more of a start than anything that it does. Nothing is left out or renamed, and what is loaded
// only when it is needed stays in files of its own.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './packages.mjs';
import { filesOf, LINKED, PROGRAMS } from './programs.mjs';

const FOLDER = join(root, LINKED);
/** What the files were made of, and which they are (`partOf`). */
const RECORD = join(FOLDER, 'record.json');

const COMPILED = /\/(?:apps|libs)\/[^?]*\/dist\/[^?]*\.js$/;
const LIBRARY = /\/node_modules\//;

/**
 * Libraries that stay where they are: PGlite reads files beside it, and of kafkajs one module is put in the place of another, which must
 * be the one that it loads itself.
 */
const APART = /^(?:@electric-sql\/pglite|kafkajs)(?:\/|$)/;

/** What a library can do without, and is not installed. */
const optional = {
  name: 'optional',
  async resolveId(id, importer, options) {
    if (importer === undefined || !LIBRARY.test(importer) || /^[./]|^node:/.test(id)) return null;
    const resolved = await this.resolve(id, importer, { ...options, skipSelf: true });
    return resolved ?? { id, external: true };
  },
};

/** Our own modules, with the maps to their sources. A module that asks for its place still hears the one that it was compiled to. */
const compiled = {
  name: 'compiled',
  async load(id) {
    if (!COMPILED.test(id)) return null;
    const place = relative(FOLDER, id);
    const code = (await readFile(id, 'utf8'))
      .replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${dirname(place)}`)})`)
      .replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`);
    return { code, map: JSON.parse(await readFile(`${id}.map`, 'utf8')), moduleSideEffects: true };
  },
};

/** Maps of libraries are left out: stacks name their lines as they are. */
const ownMaps = {
  name: 'own-maps',
  generateBundle(_, bundle) {
    for (const name of Object.keys(bundle)) if (/^libraries-.*\.map$/.test(name)) delete bundle[name];
  },
};

/** Of a file: those that are loaded with it, and the packages that it holds something of. */
const partOf = ({ fileName, imports = [], moduleIds = [] }) => ({
  file: fileName,
  with: imports,
  packages: [
    ...new Set(moduleIds.flatMap((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? [])),
  ].sort(),
});

/** @returns all files. */
async function link() {
  const linked = await rolldown({
    cwd: root,
    platform: 'node',
    input: Object.fromEntries(PROGRAMS.map((name) => [name, join(root, filesOf(name).compiled)])),
    external: APART,
    plugins: [optional, compiled],
    onLog(level, log, report) {
      // Of libraries: what they say about themselves cannot be changed here.
      if (log.code !== 'EVAL') report(level, log);
    },
  });
  try {
    const { output } = await linked.write({
      dir: FOLDER,
      format: 'esm',
      sourcemap: true,
      comments: false,
      // Nest and our errors go by the names of classes.
      keepNames: true,
      strictExecutionOrder: true,
      chunkFileNames: ({ name }) => `${name.split('~')[0]}-[hash].js`,
      plugins: [ownMaps],
      codeSplitting: {
        groups: [
          { name: 'libraries', test: LIBRARY, entriesAware: true, priority: 2 },
          { name: 'modules', test: COMPILED, entriesAware: true, priority: 1 },
        ],
      },
    });
    return output.map(partOf);
  } finally {
    await linked.close();
  }
}

const NOTHING = { of: '', parts: [] };
const readRecord = async () =>
  existsSync(RECORD) ? { ...NOTHING, ...JSON.parse(await readFile(RECORD, 'utf8')) } : NOTHING;

/** Files that were not compiled anew are known by when they were. */
async function digestOf(modules) {
  const hash = createHash('sha256');
  const more = ['package-lock.json', 'scripts/link-programs.mjs', 'scripts/programs.mjs'];
  for (const file of [...modules, ...more.map((name) => join(root, name))].sort())
    hash.update(`${relative(root, file)} ${(await stat(file)).mtimeMs}\n`);
  return hash.digest('hex');
}

/**
 * Links all programs again where a module or a library has changed; `apps/<name>/dist/main.js` runs the one of that name.
 * @param modules all compiled files. @returns whether something was done.
 */
export async function linkPrograms(modules) {
  const former = await readRecord();
  const of = await digestOf(modules);
  const mains = PROGRAMS.map(filesOf).map(({ main, linked }) => [join(root, main), join(root, linked)]);
  const there = [...mains.map(([file]) => file), ...former.parts.map(({ file }) => join(FOLDER, file))];
  if (former.of === of && there.every(existsSync)) return false;
  await mkdir(FOLDER, { recursive: true });
  const parts = await link();
  for (const [file, linked] of mains) await writeFile(file, `import '${relative(dirname(file), linked)}';\n`);
  // Last and at once: a build that was cut short is made again.
  await writeFile(`${RECORD}.new`, `${JSON.stringify({ of, parts })}\n`);
  await rename(`${RECORD}.new`, RECORD);
  // A program that was started before may still load what it had not needed yet.
  const kept = new Set([...parts, ...former.parts].map(({ file }) => file).concat('record.json'));
  for (const name of await readdir(FOLDER))
    if (!kept.has(name)) await rm(join(FOLDER, name), { force: true });
  return true;
}
