// Runs Jest as this workspace needs it (ESM), handing every argument on.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from './packages.mjs';

const jest = join(dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin/jest.js');
const child = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    // Most suites open the embedded database anew for some seconds: what the second compiler makes of it comes too late.
    '--liftoff-only',
    jest,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, NX_DAEMON: 'false', NODE_ENV: 'test' } },
);
child.on('exit', (code, signal) => {
  if (signal !== null) process.stderr.write(`Jest was ended by ${signal}\n`);
  process.exit(code ?? 1);
});
