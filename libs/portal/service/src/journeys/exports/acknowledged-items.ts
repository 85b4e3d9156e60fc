import { type Fault, Refusal } from '../../api/refusal.ts';
import type { Schemas } from '../../api/portal-api.ts';

/** Longest list that the surface takes at once. */
const MOST = 1_000;
/** So many faults are told: who has more has pasted something else. */
const TOLD = 20;

/**
 * Documents with the accounting system's numbers, a line each: number, space, comma or tab, its number there. What a spreadsheet copies is that.
 * @throws Refusal naming the lines
 */
export function acknowledgedItems(text: string): Schemas['AcknowledgedItemForm'][] {
  const lines = text.split(/\r?\n/).map((line, index) => ({ n: index + 1, line: line.trim() }));
  const filled = lines.filter(({ line }) => line !== '');
  const faults: Fault[] = [];
  const say = (rule: string, detail: string): void => void faults.push({ pointer: '/items', rule, detail });
  if (filled.length > MOST) say('length', `${filled.length} lines; at most ${MOST} at a time.`);
  const items = filled.slice(0, MOST).flatMap(({ n, line }) => {
    const [, number, externalId] =
      /^([A-Za-z][A-Za-z0-9]{0,5}-\d{9})[\s,]+(\S.*)$/.exec(line.normalize('NFKC')) ?? [];
    if (number !== undefined && externalId !== undefined)
      return [{ number: number.toUpperCase(), externalId }];
    if (faults.length < TOLD) say('pattern', `line ${n}`);
    return [];
  });
  if (faults.length > 0) throw new Refusal(422, 'invalid', 'Some lines cannot be read.', faults);
  return items;
}
