import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));
const documents = tracked.filter(
  (file) => /^(docs\/.*|README)\.md$/.test(file) && !file.startsWith('docs/ja/'),
);

/** What a document names in code marks that can only be a file or folder of this repository. */
function namedBy(text: string): readonly string[] {
  const marked = [...text.matchAll(/`([^`\s]+)`/g)].map(([, inside]) => inside!);
  return marked.filter((name) => /^(apps|deploy|docs|libs|scripts|tests)\/[\w./-]+$/.test(name));
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const isThere = (path: string): boolean => existsSync(join(ROOT, path.replace(/\/$/, '')));

describe('documents name only what is there', () => {
  it.each(documents)('%s', (document) => {
    expect(namedBy(readFileSync(join(ROOT, document), 'utf8')).filter((name) => !isThere(name))).toEqual([]);
  });
});

describe('scripts that documents name', () => {
  it('are those of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = tracked
      .filter((file) => file.endsWith('.md'))
      .flatMap((file) =>
        [...read(file).matchAll(/npm run (?:-s |--silent )?([a-z][\w:-]*)/g)].map(([, name]) => ({
          file,
          name: name!,
        })),
      );
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter(({ name }) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe('architecture.md', () => {
  it('shows each program, each wing, each context and each room', () => {
    const shown = /```\n(apps\/[\s\S]*?)```/.exec(read('docs/architecture.md'))![1]!;
    const folders = new Set(
      tracked.flatMap((file) => {
        const [top, first, second] = file.split('/');
        if (top === 'apps') return [first!];
        if (top !== 'libs' || second === undefined) return [];
        return ['language', 'platform', 'workbench'].includes(first!) ? [first!, second] : [first!];
      }),
    );
    // What all four contexts have alike is shown once.
    const contexts = ['contract', 'device-registry', 'authentication', 'billing'];
    const missing = [...folders].filter(
      (name) => !contexts.includes(name) && !new RegExp(`(^|[\\s/])${name}(/|\\s)`, 'm').test(shown),
    );
    expect(folders.size).toBeGreaterThan(40);
    expect(missing).toEqual([]);
  });
});

describe('terms-coverage.md', () => {
  const text = read('docs/terms-coverage.md');

  it('has each article of the terms once, in their order', () => {
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, article]) => article)).toEqual([
      ...Array.from({ length: 9 }, (_, n) => `第${n + 1}条`),
      '附則',
      ...['別紙1 第1項', '別紙1 第2項', '別紙1 備考(1)', '別紙1 備考(2)'],
      ...['Invoices', 'Exports'],
    ]);
  });

  it('names files and folders that there are, also by the end of their paths', () => {
    const named = [...text.matchAll(/`([\w./-]+(?:\.\w+|\/))`/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(100);
    const isNamed = (path: string, name: string): boolean =>
      name.endsWith('/') ? `/${path}`.includes(`/${name}`) : `/${path}`.endsWith(`/${name}`);
    expect(named.filter((name) => !tracked.some((path) => isNamed(path, name)))).toEqual([]);
  });
});

describe('one-request.md', () => {
  const text = read('docs/one-request.md');

  it('says how many files each walk passes', () => {
    const counted = text.split(/^## /m).map((walk) => {
      const rows = walk.split('\n').filter((line) => line.startsWith('|'));
      return new Set([...rows.join('\n').matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => file)).size;
    });
    const [, first, second] = /first walk passes (\d+) files, the second (\d+)/.exec(text)!;
    expect(counted.slice(1)).toEqual([Number(first), Number(second)]);
  });

  it('names files that there are, also by the end of their paths', () => {
    const named = [...text.matchAll(/`([\w./-]+\.ts)`/g)].map(([, name]) => name!);
    expect(named.filter((name) => !tracked.some((path) => `/${path}`.endsWith(`/${name}`)))).toEqual([]);
  });
});

describe('decisions', () => {
  const folder = join(ROOT, 'docs/decisions');
  const files = readdirSync(folder)
    .filter((file) => file !== 'README.md')
    .sort();
  const numbers = files.map((_, at) => String(at + 1).padStart(4, '0'));
  const decision = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const index = decision('README.md');

  it('are numbered without holes, each number once, and carry it in their titles', () => {
    expect(files.map((file) => file.slice(0, 5))).toEqual(numbers.map((number) => `${number}-`));
    expect(files.map((file) => /^# (\d{4}) \S/.exec(decision(file))?.[1])).toEqual(numbers);
  });

  it('are listed in their index, each once, in one line', () => {
    const listed = [...index.matchAll(/^\| (\d{4}) +\| \[[^\]]+\]\(([^)]+)\) +\| [^|]*\S +\|$/gm)];
    expect(listed.map(([, number]) => number)).toEqual(numbers);
    expect(listed.map(([, , file]) => file)).toEqual(files);
  });

  it('are named by numbers that there are', () => {
    const named = tracked
      .filter((file) => /\.(md|ts|mjs)$/.test(file))
      .flatMap((file) => [
        ...readFileSync(join(ROOT, file), 'utf8').matchAll(/decisions\/(\d{4})(-[\w-]+\.md)?/g),
      ])
      .map(([name, number, rest]) => (rest === undefined ? number : name.slice('decisions/'.length)));
    expect(named.filter((name) => !numbers.includes(name!) && !files.includes(name!))).toEqual([]);
    const labels = documents.flatMap((file) => [
      ...read(file).matchAll(/\[(\d{4})\]\((?:[\w./-]*\/)?(\d{4})-[\w-]+\.md\)/g),
    ]);
    expect(labels.filter(([, label, number]) => label !== number)).toEqual([]);
    const inside = [index, ...files.map(decision)].flatMap((text) => [
      ...text.matchAll(/(?<![\w-])(00\d\d)(?![\w-])/g),
    ]);
    expect(inside.filter(([number]) => !numbers.includes(number))).toEqual([]);
  });
});

describe('kafka.md', () => {
  it('names the keys of each topic as the published language does', () => {
    const { channels } = JSON.parse(read('docs/asyncapi.json')) as {
      channels: Record<string, { description: string }>;
    };
    const told = [...read('docs/kafka.md').matchAll(/^\| `smartkey\.([\w-]+)` +\| (.+?) +\|/gm)];
    expect(told.map(([, service, keys]) => [service, keys])).toEqual(
      Object.entries(channels).map(([service, { description }]) => [
        service,
        description.split('Key: ')[1]!.replace(/\.$/, ''),
      ]),
    );
  });
});
