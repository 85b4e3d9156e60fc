import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));
const names = new Set(tracked.map((file) => basename(file)));
const documents = tracked.filter(
  (file) => /^(docs\/.*|README)\.md$/.test(file) && !file.startsWith('docs/ja/'),
);

/** What a document names in code marks that can only be a file or folder of this repository. */
function namedBy(text: string): readonly string[] {
  const marked = [...text.matchAll(/`([^`\s]+)`/g)].map(([, inside]) => inside!);
  return marked.filter((name) => /^(apps|deploy|docs|libs|scripts|tests)\/[\w./-]+$/.test(name));
}

const isThere = (path: string): boolean => existsSync(join(ROOT, path.replace(/\/$/, '')));

describe('documents name only what is there', () => {
  it.each(documents)('%s', (document) => {
    expect(namedBy(readFileSync(join(ROOT, document), 'utf8')).filter((name) => !isThere(name))).toEqual([]);
  });

  it('terms-coverage.md: every test that it names', () => {
    const text = readFileSync(join(ROOT, 'docs/terms-coverage.md'), 'utf8');
    const tests = [...text.matchAll(/`([\w.-]+\.spec\.ts)`/g)].map(([, name]) => name!);
    expect(tests.length).toBeGreaterThan(20);
    expect([...new Set(tests)].filter((name) => !names.has(name))).toEqual([]);
  });
});
