import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { encodeCursor, pageOf, type Page } from '@smartkey/http';
import type { ContractId, Instant } from '@smartkey/kernel';
import { AskedService } from '../forwarding/asked-service.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';

/** Something that a service could not read and has set aside: what depends on it is not billed until it has been looked at. */
export interface SetAsideView {
  /** stream: all events of one stream, from one on; record: one record of a topic. */
  readonly kind: 'stream' | 'record';
  /** Whose reading stopped. */
  readonly service: ServiceName;
  /** The projection, or the consumer group. */
  readonly reader: string;
  /** The stream with the revision at which it stopped, or topic, partition and offset. */
  readonly place: string;
  /**
   * Whose close waits for it; missing where no contract is known.
   * @prefix ctr
   */
  readonly contract?: ContractId;
  /** How many events wait. */
  readonly waiting: number;
  readonly since: Instant;
}

type OfService = Omit<SetAsideView, 'service'>;

/** So far a list is turned over; who has more has another trouble than to read on. */
export const FURTHEST = 10_000;
/** Longest answer of a service that is read. */
const LIMIT = 16 * 1024 * 1024;

/** What all services have set aside, one service after another. */
export class SetAsideList {
  constructor(
    private readonly services: Readonly<Record<ServiceName, OwnerPort>>,
    private readonly token: string,
  ) {}

  /** @param skip how many were shown before. @throws ProblemException 503 where a service does not say. */
  async page(skip: number, limit: number): Promise<Page<SetAsideView>> {
    const end = skip + limit + 1;
    const lists = await Promise.all(SERVICES.map((service) => this.#of(service, end)));
    return pageOf(lists.flat().slice(skip, end), limit, () => encodeCursor(skip + limit));
  }

  async #of(service: ServiceName, limit: number): Promise<readonly SetAsideView[]> {
    const asked = new AskedService(this.services[service], this.token);
    const { items } = await asked.answer<{ readonly items: readonly OfService[] }>({
      path: `/internal/set-aside?limit=${limit}`,
      most: LIMIT,
    });
    return items.map(({ kind, ...rest }) => ({ kind, service, ...rest }));
  }
}
