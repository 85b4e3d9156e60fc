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

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${PROGRAMS.join(' ')}\n`);
