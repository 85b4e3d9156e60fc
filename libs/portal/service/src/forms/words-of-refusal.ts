import type { Fault, Refusal } from '../api/refusal.ts';
import type { Told } from '../visit/language.ts';
import { sentenceOfCode } from './code-words.ts';
import { particularsOf } from './particulars.ts';
import { sentenceOfRule } from './rule-words.ts';

/**
 * What a fault in a field is told as: our sentence, and behind it bounds, days and places that the surface named. Only what has no
 * sentence of ours is told in the surface's own words.
 * @param code of the refusal, whose sentence it has where the rule says no more than which text was broken.
 */
export function wordsOfFault({ rule, detail }: Pick<Fault, 'rule' | 'detail'>, t: Told, code = ''): string {
  const known = sentenceOfRule(rule) ?? sentenceOfCode(rule) ?? sentenceOfCode(code);
  return t(
    known === undefined ? `内容を確かめてください。（${detail}）` : inParticular(known, detail),
    detail,
  );
}

function inParticular(sentence: string, detail: string): string {
  const behind = particularsOf(detail);
  return behind === '' ? sentence : `${sentence}（${behind}）`;
}

/** Where a fault lies that is at no field of the form: 「SK-000000001 明細1 借方補助科目」. */
export function placeOfFault({ pointer }: Fault, t: Told): string {
  const [, number, line, field] = /^\/documents\/([^/]+)(?:\/lines\/(\d+))?\/(.+)$/.exec(pointer) ?? [];
  if (number === undefined) return '';
  return [number, line === undefined ? undefined : t(`明細${line}`, `line ${line}`), field]
    .filter((each) => each !== undefined)
    .join(' ');
}

/** The sentence for the whole. */
export function wordsOfRefusal({ code, detail, faults, status }: Refusal, t: Told): string {
  const known = sentenceOfCode(code);
  if (known !== undefined) return t(inParticular(known, detail), detail);
  if (faults.length > 0) return t('入力内容に誤りがあります。', 'Some of what you entered is not valid.');
  const article = /第\d+条(?:第?\d+項)?/.exec(detail)?.[0];
  return t(
    `受け付けられませんでした${article === undefined ? '' : `（${article}）`}。${status === 409 ? '現在の状態ではこの操作はできません。' : ''}（${detail}）`,
    detail,
  );
}
