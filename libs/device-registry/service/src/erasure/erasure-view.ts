import type { Instant } from '@smartkey/kernel';

/** When the personal data of an ID were erased; the same however often it is asked for. */
export interface ErasedView {
  readonly erasedAt: Instant;
}

/** Whether the personal data of an ID are kept by a legal hold. */
export interface HoldView {
  readonly held: boolean;
  /** Missing where they are not. */
  readonly heldSince?: Instant;
}
