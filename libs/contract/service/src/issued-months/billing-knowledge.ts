import type { ContractId, FeeId } from '@smartkey/kernel';
import type { Issued } from '@smartkey/contract-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import { unavailable } from '@smartkey/http';
import type { ProjectionReader } from '@smartkey/projections';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';
import type { InvoicedMonth } from '@smartkey/facts';

/** What is issued of one contract, with the numbers of its invoices. */
export interface IssuedOfContract extends Issued {
  readonly numbers: ReadonlyMap<ServiceMonth, string>;
}

type IssuedRow =
  (InvoicedMonth & { readonly fee: null }) | { readonly month: ServiceMonth; readonly fee: FeeId };

/** Of a contract that is made just now. */
export const NOTHING_ISSUED: IssuedOfContract = { months: [], fees: {}, numbers: new Map() };

/** What is known here of billing's documents. */
export class BillingKnowledge {
  constructor(
    private readonly reader: ProjectionReader,
    private readonly peers: Peers,
  ) {}

  /**
   * The same as `of`, with everything that billing has issued by now: for what must not be let through because a message is late.
   * @throws PeerUnavailableError where billing does not say; ProblemException 503 where its messages do not come.
   */
  async asBillingHasThem(contract: ContractId): Promise<IssuedOfContract> {
    const path = '/internal/log?after=0&limit=1';
    const { status, body } = await this.peers.call('billing', { method: 'GET', path });
    if (status !== 200) throw new PeerUnavailableError('billing', `answered ${status} at ${path}`);
    const { settled } = body as { readonly settled: string };
    if (!(await this.reader.reached('billing', BigInt(settled))))
      throw unavailable('What billing has issued is not known here yet. Nothing was decided; try again.');
    return this.of(contract);
  }

  async of(contract: ContractId): Promise<IssuedOfContract> {
    const rows = await this.reader.sql.query<IssuedRow>(
      `select month, number, null as fee from issued_month where contract = $1
       union all select month, null, fee from billed_fee where contract = $1 order by month`,
      [contract],
    );
    const issued = rows.filter((row) => row.fee === null);
    const fees = rows.filter((row) => row.fee !== null);
    return {
      months: issued.map(({ month }) => month),
      fees: Object.fromEntries(fees.map(({ fee, month }) => [fee, month])),
      numbers: new Map(issued.map(({ month, number }) => [month, number])),
    };
  }
}
