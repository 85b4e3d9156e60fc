import { dueDayByMonthOfIssue, dueDayOf } from '../invoice/due-day.ts';
import { feeLines, monthlyLines } from '../invoice/rating-lines.ts';
import { taxesByName, taxesByRate } from '../tax/tax-groups.ts';
import type { RuleVersion } from './rule-version.ts';

const RULES_1: RuleVersion = {
  version: '2018-01-01.1',
  monthlyLines,
  feeLines,
  taxesOf: taxesByName,
  dueDayOf: dueDayByMonthOfIssue,
  answersLateFacts: false,
  maxLines: Infinity,
};

/** Tax rows by rate, none for a fee of 0 yen alone, no rate out of scope; due on the first banking day where it was before the issue. */
const RULES_2: RuleVersion = {
  version: '2018-01-01.2',
  monthlyLines,
  feeLines,
  taxesOf: taxesByRate,
  dueDayOf,
  answersLateFacts: false,
  maxLines: 500,
};

/** Late facts are answered by adjustments and corrections; a fee stands on the invoice of its own month, a late one on the next or on a correction. */
const RULES_3: RuleVersion = { ...RULES_2, version: '2018-01-01.3', answersLateFacts: true };

/** Every version that ever drew up a document, the oldest first. None is ever taken away. */
export const RULE_VERSIONS: readonly RuleVersion[] = [RULES_1, RULES_2, RULES_3];

/** What is drawn up now follows these. */
export const CURRENT_RULES: RuleVersion = RULES_3;

/** The rules that a document names; `undefined` for a version of a newer program. */
export const rulesOf = (version: string): RuleVersion | undefined =>
  RULE_VERSIONS.find((rules) => rules.version === version);
