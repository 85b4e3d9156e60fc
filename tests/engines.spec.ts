import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LockFile } from '../scripts/engines.mjs';
import { oldestOf, unfitPackages } from '../scripts/engines.mjs';

const locked = (packages: LockFile['packages']): LockFile => ({
  packages: { '': { engines: { node: '^20.19.0 || >=24.0.0' } }, ...packages },
});

describe('the Node.js that packages want', () => {
  it('is measured at the oldest of each line that the workspace is for', () => {
    expect(oldestOf('^20.19.0 || ^22.12.0 || >=24.0.0')).toEqual(['20.19.0', '22.12.0', '24.0.0']);
    expect(
      unfitPackages(
        locked({
          'node_modules/new': { version: '3.0.0', engines: { node: '>=22' } },
          'node_modules/a/node_modules/@x/old': { version: '1.0.0', engines: { node: '<21' } },
          'node_modules/fits': { version: '1.0.0', engines: { node: '>= 18.12' } },
          'node_modules/listed': { version: '0.1.0', engines: ['node >= 0.6.0'] },
          'node_modules/silent': { version: '1.0.0' },
        }),
      ),
    ).toEqual(['new@3.0.0 wants Node.js >=22, not 20.19.0', '@x/old@1.0.0 wants Node.js <21, not 24.0.0']);
  });

  it('is that of the workspace itself for each package of its lock file', () => {
    const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
    expect(unfitPackages(JSON.parse(readFileSync(file, 'utf8')) as LockFile)).toEqual([]);
  });
});
