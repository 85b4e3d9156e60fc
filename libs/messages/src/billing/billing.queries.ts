import type { ServiceMonth } from '@smartkey/calendar';

/** What the contract service asks of billing over internal HTTP. */

/**
 * `POST /internal/contracts/{id}/what-if` → 200 `WhatIfAnswer`: what the monthly fees of issued months come to now, and what they
 * would come to after more messages of the contract. 404 where billing knows no such contract, 503 while its ledger has not taken in
 * the revision yet.
 */
export interface WhatIfAsked {
  /** Revision of the contract's stream that the messages would follow. */
  readonly revision: number;
  readonly messages: readonly { readonly type: string; readonly data: object }[];
}

export interface WhatIfAnswer {
  /** The issued months for which the messages change days or quote, in order, up to the first that comes to less or cannot be rated. */
  readonly months: readonly {
    readonly month: ServiceMonth;
    /** Of the month's invoice. */
    readonly number: string;
    /** Whole yen, tax-exclusive, by the rules and the policy of that invoice, over all facts now known; `null`: cannot be rated. */
    readonly now: string | null;
    readonly then: string | null;
  }[];
}
