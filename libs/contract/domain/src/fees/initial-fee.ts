import type { JstDay } from '@smartkey/calendar';
import { type Instant, event, type FeeId } from '@smartkey/kernel';
import type { FeeObligationArose } from './fees.events.ts';

/** 別紙1 第1項: 0 yen for both plans. The obligation arises at the acceptance all the same (第7条). */
export const initialFee = (
  fee: FeeId,
  arisenOn: JstDay,
  termsVersion: string,
  occurredAt?: Instant,
): FeeObligationArose =>
  event(
    'FeeObligationArose',
    {
      fee,
      kind: 'initial',
      amount: '0',
      description: '初期費用',
      arisenOn,
      taxCode: 'standard',
      termsVersion,
    },
    occurredAt,
  );
