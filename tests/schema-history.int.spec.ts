import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaHistory } from '../scripts/schema-history.mjs';

const FILE = 'schemas/contract/PlanChanged.v1.json';
const published = {
  title: 'PlanChanged v1',
  type: 'object',
  description: 'It changed.',
  properties: { plan: { type: 'string', description: 'Which.' }, description: { type: 'string' } },
  required: ['plan'],
};

describe('a schema that was published once', () => {
  let folder: string;
  let root: string;

  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.jp', ...words], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const write = (schema: object, file = FILE): void => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), JSON.stringify(schema, null, 2));
  };
  const commit = (): void => {
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'x');
  };
  const look = (where = root) => schemaHistory(where, 'schemas');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'smartkey-schemas-'));
    root = join(folder, 'origin');
    mkdirSync(root);
    git('init', '-q');
    write(published);
    commit();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('may be joined by others, and may get other words', () => {
    write({ ...published, title: 'Other v1' }, 'schemas/contract/Other.v1.json');
    write({ ...published, description: 'It has changed.', properties: { ...published.properties } });
    expect(look()).toEqual({ problems: [] });
  });

  it('may not change its shape: a field named description is part of it', () => {
    write({ ...published, required: [] });
    expect(look().problems).toEqual([
      expect.stringMatching(/^schemas\/contract\/PlanChanged\.v1\.json is not what was published/),
    ]);
    write({ ...published, properties: { plan: published.properties.plan } });
    expect(look().problems).toHaveLength(1);
  });

  it('may not change in a commit either, however long ago, and is right again once it is put back', () => {
    write({ ...published, required: [] });
    commit();
    write({ ...published, title: 'Other v1' }, 'schemas/contract/Other.v1.json');
    commit();
    expect(look().problems).toHaveLength(1);
    write(published);
    expect(look().problems).toEqual([]);
  });

  it('may not go', () => {
    unlinkSync(join(root, FILE));
    commit();
    expect(look().problems).toEqual([
      expect.stringMatching(/PlanChanged\.v1\.json was published and is gone/),
    ]);
  });

  it('is found on a branch that was merged', () => {
    git('checkout', '-q', '-b', 'side');
    write({ ...published, title: 'Side v1' }, 'schemas/contract/Side.v1.json');
    commit();
    git('checkout', '-q', '-');
    commit();
    git('merge', '-q', '--no-ff', '-m', 'merge', 'side');
    expect(look().problems).toEqual([]);
    unlinkSync(join(root, 'schemas/contract/Side.v1.json'));
    expect(look().problems).toHaveLength(1);
  });

  it('cannot be looked for in a shallow clone, which is said, and what is seen counts', () => {
    commit();
    git('clone', '-q', '--depth', '1', `file://${root}`, join(folder, 'shallow'));
    expect(look(join(folder, 'shallow'))).toEqual({
      problems: [],
      unseen: expect.stringContaining('shallow'),
    });
  });

  it('cannot be looked for without git, which is said', () => {
    const bare = join(folder, 'bare');
    cpSync(join(root, 'schemas'), join(bare, 'schemas'), { recursive: true });
    expect(look(bare)).toEqual({ problems: [], unseen: 'this is no git repository' });
  });
});
