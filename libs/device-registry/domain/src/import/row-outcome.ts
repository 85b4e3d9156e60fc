import type { Rejection, Result } from '@smartkey/kernel';
import type { AccountEvent } from '../account.events.ts';
import type { ImportAction } from './import-row.ts';

export type RowOutcome = 'registered' | 'deregistered' | 'suspended' | 'resumed' | 'unchanged' | 'failed';

/** What became of a row, as it stands in the results. */
export interface RowResult {
  readonly outcome: RowOutcome;
  /** Of a failure, or of what was so already: `already-registered`. */
  readonly code?: string;
  readonly detail?: string;
}

const DONE: Readonly<Record<ImportAction, RowOutcome>> = {
  register: 'registered',
  deregister: 'deregistered',
  suspend: 'suspended',
  resume: 'resumed',
};

/** What becomes of a row that can be carried out, unless its result says otherwise. */
export const outcomeOfDone = (action: ImportAction): RowOutcome => DONE[action];

export const failedRow = ({ code, detail }: Pick<Rejection, 'code' | 'detail'>): RowResult => ({
  outcome: 'failed',
  code,
  detail,
});

/** What a decision means for a row: an import says how things are to be, so what is so already is no failure. */
export function rowResultOf(
  action: ImportAction,
  decision: Result<readonly Pick<AccountEvent, 'type'>[], Rejection>,
): RowResult {
  if (decision.ok) return { outcome: decision.value.length > 0 ? DONE[action] : 'unchanged' };
  const { code, detail } = decision.error;
  return code === 'already-registered' ? { outcome: 'unchanged', code, detail } : failedRow({ code, detail });
}
