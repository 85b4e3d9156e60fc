// Looks in git's history for the first version of each message's schema: what was published once stays as it was.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A schema without its descriptions, in an order of its own: only what it allows. */
function shapeOf(text) {
  const bare = (value) => {
    if (Array.isArray(value)) return value.map(bare);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).filter(
      ([key, inner]) => !(key === 'description' && typeof inner === 'string'),
    );
    return Object.fromEntries(
      entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, bare(inner)]),
    );
  };
  return JSON.stringify(bare(JSON.parse(text)));
}

/**
 * @param {string} root the repository's working tree
 * @param {string} folder of the schemas, from there
 * @returns {{ problems: string[], unseen?: string }} `unseen`: why (some of) the past could not be looked at
 */
export function schemaHistory(root, folder) {
  const git = (words, input) =>
    spawnSync('git', words, { cwd: root, input, encoding: 'utf8', maxBuffer: 1 << 28 });
  const shallow = git(['rev-parse', '--is-shallow-repository']);
  if (shallow.error !== undefined)
    return { problems: [], unseen: `git does not run: ${shallow.error.message}` };
  if (shallow.status !== 0) return { problems: [], unseen: 'this is no git repository' };
  const log = git([
    'log',
    '--full-history',
    '--reverse',
    '--topo-order',
    '-m',
    '--no-renames',
    '--diff-filter=AM',
    '--name-only',
    '--relative',
    '--format=commit %H',
    '--',
    folder,
  ]);
  if (log.status !== 0)
    return { problems: [], unseen: `git could not tell its history: ${log.stderr.trim()}` };
  const versions = firstVersions(log.stdout).filter(({ path }) => path.endsWith('.json'));
  const prefix = git(['rev-parse', '--show-prefix']).stdout.trim();
  const texts = contents(
    git(['cat-file', '--batch'], versions.map(({ commit, path }) => `${commit}:${prefix}${path}\n`).join(''))
      .stdout,
  );
  const problems = [];
  versions.forEach(({ commit, path }, index) => {
    const text = texts[index];
    if (text === undefined) return;
    const file = join(root, path);
    if (!existsSync(file))
      problems.push(`${path} was published and is gone: put it back, from ${commit.slice(0, 12)}`);
    else if (shapeOf(readFileSync(file, 'utf8')) !== shapeOf(text))
      problems.push(
        `${path} is not what was published in ${commit.slice(0, 12)}: put it back, and raise the version in topics.ts`,
      );
  });
  return {
    problems,
    ...(shallow.stdout.trim() === 'true'
      ? { unseen: 'this clone is shallow: only its last commits were looked at' }
      : {}),
  };
}

/** From a log that begins with the oldest commit. */
function firstVersions(log) {
  const found = new Map();
  let commit;
  for (const line of log.split('\n')) {
    if (line.startsWith('commit ')) commit = line.slice('commit '.length);
    else if (line !== '' && !found.has(line)) found.set(line, { commit, path: line });
  }
  return [...found.values()];
}

/** The answers of `cat-file --batch`, in order; `undefined` for what it does not find. Sizes are in bytes. */
function contents(answers) {
  const bytes = Buffer.from(answers, 'utf8');
  const texts = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\n', at);
    const [, kind, size] = bytes.toString('utf8', at, end).split(' ');
    at = end + 1;
    if (kind !== 'blob') texts.push(undefined);
    else {
      texts.push(bytes.toString('utf8', at, at + Number(size)));
      at += Number(size) + 1;
    }
  }
  return texts;
}
