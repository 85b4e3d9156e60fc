import type { sendUnaryData } from '@grpc/grpc-js';
import { ended } from '@smartkey/lifecycle';
import { unavailable } from './answers.ts';
import type { streamsTypes } from './generated-messages.ts';
import type { Written } from './transaction-log.ts';

/** An append that has come in. */
interface ArrivedAppend {
  readonly store: () => Promise<Written>;
  readonly answer: sendUnaryData<streamsTypes.AppendResp>;
  /** Stores it and answers, as without any fault. */
  readonly carryOut: () => void;
}

type Fault = (append: ArrivedAppend) => void;

export type Disturbance = 'none' | 'refused' | 'broken' | 'silent';

const REFUSED: Fault = ({ answer }) => answer(unavailable('the node is not ready'));

const BROKEN: Fault = ({ store, answer }) => {
  const lost = () => answer(unavailable('the connection was lost'));
  store().then(lost, lost);
};

const SILENT: Fault = ({ store }) => void ended(store());

const NONE: Fault = ({ carryOut }) => carryOut();

const FAULTS: Readonly<Record<Disturbance, Fault>> = {
  none: NONE,
  refused: REFUSED,
  broken: BROKEN,
  silent: SILENT,
};

/** What goes wrong with the appends that come next. */
export class AppendFaults {
  readonly #next: Fault[] = [];
  #disturbance: () => Disturbance = () => 'none';

  /** Of the next append; several wait in line. */
  next(what: Exclude<Disturbance, 'none'>): void {
    this.#next.push(FAULTS[what]);
  }

  /** The next append waits until it is let go. */
  holdNext(): { readonly arrived: Promise<void>; release(): void } {
    let arrive!: () => void;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    this.#next.push(({ carryOut }) => {
      arrive();
      void released.then(carryOut);
    });
    return { arrived, release };
  }

  /** Of each append from now on that nothing else was said of. */
  disturb(pick: () => Disturbance): void {
    this.#disturbance = pick;
  }

  meet(append: ArrivedAppend): void {
    const fault = this.#next.shift() ?? FAULTS[this.#disturbance()];
    fault(append);
  }
}
