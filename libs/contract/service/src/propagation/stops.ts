import type { ContractEvent } from '@smartkey/contract-domain';
import type { DecodedEvent } from '@smartkey/event-store';
import type { Propagation, ToldFacts } from '@smartkey/messages';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';
import type { Logger } from 'pino';
import { publishContractEvent } from '../log/publish.ts';

const STOPS: ReadonlySet<ContractEvent['type']> = new Set([
  'ServiceWithheld',
  'ServiceRestored',
  'ContractTerminated',
]);

/** Tells authentication directly what must act at once: withholding, restoring, an end that lies in the past. */
export class Stops {
  constructor(
    private readonly peers: Peers,
    private readonly log: Logger,
  ) {}

  /** @returns `undefined` where there is no stop among the events. */
  async tell(events: readonly DecodedEvent<ContractEvent>[]): Promise<Propagation | undefined> {
    if (!events.some(({ type }) => STOPS.has(type))) return undefined;
    const told: ToldFacts = {
      messages: events.map((event) => {
        const { type, contract, data } = publishContractEvent(event);
        return { stream: event.stream, type, revision: event.revision, contract: contract!, data };
      }),
    };
    try {
      await this.#post(told);
      return 'done';
    } catch (error) {
      if (!(error instanceof PeerUnavailableError)) throw error;
      this.log.warn(
        { err: error, stream: events[0]!.stream },
        'authentication will hear of this stop by the bus',
      );
      return 'pending';
    }
  }

  async #post(told: ToldFacts): Promise<void> {
    const path = '/internal/facts/contract';
    const { status } = await this.peers.call('authentication', { method: 'POST', path, body: told });
    if (status >= 300) throw new PeerUnavailableError('authentication', `answered ${status} at ${path}`);
  }
}
