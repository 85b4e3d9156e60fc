// Which packages of a lock file say that they do not run on every Node.js that this workspace is for: `npm ci` would warn of them
// (EBADENGINE). Run as a program it looks at this workspace's own, and fails where there is one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import semver from 'semver';
import { root } from './packages.mjs';

/** The oldest Node.js of each line that `range` allows: "^20.19.0 || >=24" allows from 20.19.0 and from 24.0.0. */
export const oldestOf = (range) => range.split('||').map((line) => semver.minVersion(line).version);

/** One sentence for each package, also optional ones and those for other systems. */
export function unfitPackages(lock) {
  const oldest = oldestOf(lock.packages[''].engines.node);
  return Object.entries(lock.packages).flatMap(([path, { version, engines }]) => {
    // Packages from before 2010 give a list.
    const range = Array.isArray(engines) ? engines.find((each) => each.startsWith('node')) : engines?.node;
    const refused = oldest.filter(
      (node) => range !== undefined && !semver.satisfies(node, range.replace(/^node\s*/, '')),
    );
    return refused.length === 0
      ? []
      : [
          `${path.replace(/^.*node_modules\//, '')}@${version} wants Node.js ${range}, not ${refused.join(', ')}`,
        ];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const unfit = unfitPackages(lock);
  for (const each of unfit) process.stderr.write(`engines: ${each}\n`);
  process.stdout.write(
    `engines: ${Object.keys(lock.packages).length} packages, for Node.js from ${oldestOf(lock.packages[''].engines.node).join(', ')}\n`,
  );
  if (unfit.length > 0) process.exit(1);
}
