// The programs that are shipped. Run as a program it says their names, for scripts that are not JavaScript.
import { fileURLToPath } from 'node:url';

export const PROGRAMS = [
  'contract',
  'device-registry',
  'authentication',
  'billing',
  'gateway',
  'portal',
  'witness',
  'standalone',
  'cli',
];

/** The folder of linked files. */
export const LINKED = 'dist/programs';

/** Where a program lies, from the root: what is started, what was compiled, and what was linked of that. */
export const filesOf = (name) => ({
  main: `apps/${name}/dist/main.js`,
  compiled: `apps/${name}/dist/program.js`,
  linked: `${LINKED}/${name}.js`,
});

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${PROGRAMS.join(' ')}\n`);
