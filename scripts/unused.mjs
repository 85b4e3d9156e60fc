// Refuses exports, files and dependencies that nothing uses (`npm run unused`).
// A name of the workspace leads to compiled files as Node.js finds it; here it must lead to the sources.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders, root } from './packages.mjs';

const sourcesOf = (folder) => {
  const { name, exports = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([, { 'smartkey-source': source }]) => source !== undefined)
    .map(([path, { 'smartkey-source': source }]) => [join(name, path), [join(root, folder, source)]]);
};

const folder = join(root, '.cache/knip');
mkdirSync(folder, { recursive: true });
const tsconfig = join(folder, 'tsconfig.json');
writeFileSync(
  tsconfig,
  JSON.stringify({
    extends: '../../tsconfig.json',
    compilerOptions: { paths: Object.fromEntries(packageFolders().flatMap(sourcesOf)) },
  }),
);
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/knip/bin/knip.js'),
    '--no-config-hints',
    '--tsConfig',
    tsconfig,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
