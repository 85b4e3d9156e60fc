import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Refusal } from './api/refusal.ts';
import { sentenceOfCode, toldCodes } from './forms/code-words.ts';
import { wordsOfRefusal } from './forms/words-of-refusal.ts';
import { eventName, namedEvents } from './journeys/office/event-words.ts';
import { mailText } from './journeys/office/mail-words.ts';
import { told } from './visit/language.ts';

const LIBS = join(import.meta.dirname, '../../..');

/** Sources of everything that the pages speak to, by way of the gateway. */
const sources = readdirSync(LIBS, { recursive: true, withFileTypes: true })
  .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
  .filter(
    ({ entry, path }) =>
      entry.isFile() &&
      entry.name.endsWith('.ts') &&
      !/\.(spec|fixture|d)\.ts$|node_modules|\/(dist|testing|portal|workbench)\//.test(
        path.slice(LIBS.length),
      ),
  )
  .map(({ entry, path }) => ({ name: entry.name, text: readFileSync(path, 'utf8') }));

const t = told('ja');

describe('events', () => {
  const types = new Set(
    sources
      .filter(({ name }) => name.endsWith('.events.ts'))
      .flatMap(({ text }) => [...text.matchAll(/DomainEvent<\s*'(\w+)'/g)].map(([, type]) => type!)),
  );

  it('have each a name in Japanese, and no name is of an event that there is not', () => {
    expect(types.size).toBeGreaterThan(80);
    expect([...namedEvents()].sort()).toEqual([...types].sort());
  });

  it('are called by their own name in English, and where they are new', () => {
    expect(eventName('PlanChangeReplaced', told('en'))).toBe('PlanChangeReplaced');
    expect(eventName('SomethingNew', t)).toBe('SomethingNew');
  });
});

describe('refusals', () => {
  /** Kinds of answer that have a page of their own, or that no form of ours can bring about. */
  const ELSEWHERE = new Set([
    'notFound',
    '401',
    '404',
    '408',
    '413',
    '414',
    '415',
    '421',
    '429',
    '431',
    '499',
    '500',
    '503',
  ]);
  /** The same, by code: said at the fields, by the status, by the step-up; or of what pages do not send. */
  const BY_OTHER_WORDS = new Set([
    'duplicate-member',
    'forbidden',
    'invalid-cursor',
    'method-not-allowed',
    'notice-too-early',
    'proof-refused',
    'rebuild-running',
    'right-missing',
    'step-up-required',
    'validation-failed',
  ]);
  const codes = new Set(
    sources.flatMap(({ text }) =>
      [
        ...text.matchAll(
          /(?:\b(invalid|conflict|forbidden|notFound|gone)\(|ProblemException\(\s*(\d+),)\s*'([a-z][a-z0-9-]+)'/g,
        ),
      ].flatMap(([, kind, status, code]) =>
        ELSEWHERE.has((kind ?? status)!) || BY_OTHER_WORDS.has(code!) ? [] : [code!],
      ),
    ),
  );

  it('have each a sentence in Japanese, and no sentence is of a code that there is not', () => {
    expect(codes.size).toBeGreaterThan(100);
    expect([...toldCodes()].sort()).toEqual([...codes].sort());
  });

  it.each([...codes])('%s says something that a person can act on', (code) =>
    expect(sentenceOfCode(code)).toMatch(/[ぁ-ん].*。$/),
  );

  it('are told as the surface told them in English', () =>
    expect(wordsOfRefusal(new Refusal(403, 'same-person', 'Another person decides.'), told('en'))).toBe(
      'Another person decides.',
    ));

  it('that are new are told with what the surface said', () =>
    expect(wordsOfRefusal(new Refusal(409, 'constructor', 'It is so (第6条).'), t)).toContain('It is so'));
});

describe('mails', () => {
  it('have each a kind in Japanese', () => {
    const kinds = sources
      .filter(({ name }) => ['people-mails.ts', 'user-mails.ts'].includes(name))
      .flatMap(({ text }) => [...text.matchAll(/#prepare\('([\w-]+)'/g)].map(([, kind]) => kind!));
    expect(kinds.length).toBeGreaterThan(8);
    const [notices] = sources.filter(({ name }) => name === 'notice-letters.ts');
    const told = [...notices!.text.matchAll(/kind: '([\w-]+)',\n/g)].map(([, kind]) => kind!);
    expect(told.length).toBeGreaterThan(3);
    for (const kind of [...kinds, ...told, 'invoice', 'correction', 'credit-note'])
      expect(mailText(kind, t)).toMatch(/[ぁ-んァ-ヶ一-龠]/);
  });
});

describe('numbers', () => {
  it('are parted by threes in English sentences too: 37,096 yen of 370,966 yen', () => {
    const pages = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.tsx'))
      .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
    expect(pages.length).toBeGreaterThan(40);
    const bare = pages.flatMap((text) =>
      [...text.matchAll(/\$\{(?!numberText\()[^}`]*\} (?:yen|accounts|rows|contracts|documents)\b/g)].map(
        ([found]) => found,
      ),
    );
    expect(bare).toEqual([]);
  });
});
