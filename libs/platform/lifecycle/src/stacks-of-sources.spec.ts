import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const LIFECYCLE = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href;

describe('stacks of sources', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stacks-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What a program prints that was compiled to `dist/thrower.js`, with this beside it as its map. */
  function printed(map: string | undefined, thrown: string): string[] {
    const dist = mkdtempSync(join(folder, 'package-')).concat('/dist');
    mkdirSync(dist);
    writeFileSync(join(dist, 'thrower.js'), `export function fail() { return ${thrown}; }\n`);
    if (map !== undefined) writeFileSync(join(dist, 'thrower.js.map'), map);
    const program = `
      import { tellStacksOfSources } from '${LIFECYCLE}';
      tellStacksOfSources();
      const { fail } = await import('${pathToFileURL(join(dist, 'thrower.js')).href}');
      console.log(fail().stack);`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    return out.trimEnd().replaceAll(folder, '').split('\n');
  }

  /** The whole first line is line 5 of `src/thrower.ts`. */
  const MAP = JSON.stringify({
    version: 3,
    sources: ['../src/thrower.ts'],
    sourcesContent: [''],
    names: [],
    mappings: 'AAIA',
  });

  it('name the line of the source where a map lies beside the file', () => {
    const [head, first] = printed(MAP, `new RangeError('too long')`);
    expect(head).toBe('RangeError: too long');
    expect(first).toMatch(/^ {4}at fail \(\/package-\w+\/src\/thrower\.ts:5:\d+\)$/);
  });

  it('name the compiled file where there is no map, or one that cannot be read', () => {
    for (const map of [undefined, '{"version":3,"sour'])
      expect(printed(map, `new Error('oh')`)[1]).toMatch(
        /^ {4}at fail \(file:\/\/\/package-\w+\/dist\/thrower\.js:1:33\)$/,
      );
  });

  it('begin with the code of an error of Node’s own', () => {
    const [head] = printed(MAP, `(() => { try { new URL('x'); } catch (error) { return error; } })()`);
    expect(head).toBe('TypeError [ERR_INVALID_URL]: Invalid URL');
  });
});
