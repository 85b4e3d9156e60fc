import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { Page, Written } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';

/** For who works on the code. */
interface ThingView {
  /** @prefix rid */
  readonly id: string;
  readonly count: number;
  readonly state: 'new' | State;
  /** The last day. */
  readonly lastDay: JstDay | null;
  readonly at: Instant;
  readonly owner: OwnerView;
  /** Who had it before. */
  readonly former: OwnerView | null;
  readonly byMonth: Readonly<Record<ServiceMonth, number>>;
  readonly words: unknown;
  /**
   * Written by hand,
   * over two lines.
   * @example so
   */
  readonly note?: string;
  /** @prefix key */
  readonly keys: readonly string[];
}
type State = 'old' | 'gone';

/** @shown Somebody. */
interface OwnerView {
  readonly name: string;
}

interface ProposalView {
  readonly approval: string;
}

/** A controller as far as its answers go. */
export class ThingsController {
  show = undefined as unknown;
  make(): Promise<Written<ThingView> | Written<ProposalView, 202>> {
    throw new Error('never called');
  }
  list(): Promise<Page<OwnerView>> {
    throw new Error('never called');
  }
  either(): OwnerView | ProposalView {
    throw new Error('never called');
  }
  vague(): Promise<unknown> {
    throw new Error('never called');
  }
  untold() {
    throw new Error('never called');
  }
}
