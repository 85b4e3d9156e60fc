import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Refusal } from './api/refusal.ts';
import { sentenceOfCode, toldCodes } from './forms/code-words.ts';
import { sentenceOfRule, toldRules } from './forms/rule-words.ts';
import { wordsOfFault, wordsOfRefusal } from './forms/words-of-refusal.ts';
import { eventName, namedEvents } from './journeys/office/event-words.ts';
import { mailText } from './journeys/office/mail-words.ts';
import { partsOfStream, streamText } from './journeys/office/record-words.tsx';
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

/** Rules whose names are put together where they are told. */
const NOT_LITERAL = new Set(['shift_jis', 'max-length']);

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

describe('streams', () => {
  it('are told by what they hold, whatever category they are of', () => {
    const categories = sources.flatMap(({ text }) =>
      [
        ...text.matchAll(
          /\b(?:category:|CATEGORY =|APPROVALS =|handlerOf\(parts,) '([\w-]+)'|`([a-z]+)-\$\{(?:series|contract|account)\}`/g,
        ),
      ].map(([, named, made]) => (named ?? made)!),
    );
    expect(new Set(categories).size).toBeGreaterThan(15);
    const untold = [...new Set(categories)].filter((each) => streamText(`${each}-x`, t) === `${each}-x`);
    expect(untold).toEqual([]);
    expect(partsOfStream('export-settings-billing')).toEqual({ kind: 'export-settings', of: 'billing' });
    expect(partsOfStream('exports-x')).toEqual({ kind: 'exports', of: 'x' });
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
  // Troubles that are more than a part that is away for a moment.
  for (const { text } of sources)
    for (const [, code] of text.matchAll(/\btold: (?:Omit<)?ToldTrouble[^=]* = \{\s*code: '([a-z-]+)'/g))
      codes.add(code!);

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

describe('faults', () => {
  /** What stands as a rule and is none of a field, a file or a text: a colour, or the name of a text whose sentence the refusal's code has. */
  const NO_FAULTS = /^(#|RFC |UTS |Two persons|Credit notes|Corrections|Invoices)/;
  const rules = new Set(
    sources
      .flatMap(({ text }) =>
        [
          ...text.matchAll(/\brule(?::| =) ?'([^']+)'/g),
          ...text.matchAll(/\bcheck\(\s*'([\w-]+)'/g),
          ...text.matchAll(/'((?:aligned-)?ibrp?-[\w-]+)'/g),
          ...text.matchAll(/unit: '(amount-digits)'/g),
        ].map(([, rule]) => rule!),
      )
      .filter((rule) => !NO_FAULTS.test(rule)),
  );

  it('have each a sentence in Japanese, without the English', () => {
    expect(rules.size).toBeGreaterThan(60);
    const untold = [...rules].filter((rule) => sentenceOfRule(rule) === undefined);
    expect(untold.sort()).toEqual([]);
    for (const rule of rules) expect(wordsOfFault({ rule, detail: 'as it is' }, t)).toMatch(/[ぁ-ん].*。$/);
    expect(wordsOfFault({ rule: 'ours-alone', detail: 'as it is' }, t)).toContain('as it is');
  });

  it('and no sentence is of a rule that there is not', () =>
    expect(toldRules().filter((rule) => !rules.has(rule) && !NOT_LITERAL.has(rule))).toEqual([]));

  it('of a text that was broken have the sentence of the refusal', () => {
    const fault = { rule: 'Credit notes', detail: 'at most 300 yen' };
    expect(wordsOfFault(fault, t, 'credit-exceeds-billed')).toBe(
      '請求済みの金額を超える返還はできません。（300円まで）',
    );
    expect(wordsOfFault({ rule: '第6条', detail: 'x' }, t)).toBe(
      '第6条により、この内容では受け付けられません。',
    );
    expect(wordsOfFault(fault, told('en'), 'credit-exceeds-billed')).toBe('at most 300 yen');
  });
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
