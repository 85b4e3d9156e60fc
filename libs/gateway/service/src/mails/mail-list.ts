import type { ContractId } from '@smartkey/kernel';
import { encodeCursor, internalHeaders, pageOf, unavailable, type Page } from '@smartkey/http';
import type { ListedMail, MailOutbox } from '@smartkey/mail';
import { readWhole } from '../front/answer.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';
import type { MailView } from './mail-view.ts';

/** Longest page of mails that is read. */
const LIMIT = 4 * 1024 * 1024;

/** Which mails. */
export interface WantedMails {
  readonly contract?: ContractId | undefined;
  /** The id of the last one shown. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** The mails of all services that send some: the gateway's own, and billing's. Ids sort by the time of queueing, whoever queued. */
export class MailList {
  constructor(
    private readonly outbox: MailOutbox,
    private readonly billing: OwnerPort,
    private readonly token: string,
  ) {}

  /** The latest first. @throws ProblemException 503 where billing does not say. */
  async page({ contract, before, limit }: WantedMails): Promise<Page<MailView>> {
    const wanted = {
      ...(contract !== undefined && { contract }),
      ...(before !== undefined && { before }),
      limit: limit + 1,
    };
    const [own, ofBilling] = await Promise.all([this.outbox.list(wanted), this.#ofBilling(wanted)]);
    const all = [...own, ...ofBilling].sort((a, b) => (a.id < b.id ? 1 : -1));
    return pageOf(all.slice(0, limit + 1), limit, ({ id }) => encodeCursor(id));
  }

  async #ofBilling(wanted: Readonly<Record<string, string | number>>): Promise<readonly ListedMail[]> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(wanted)) query.set(name, String(value));
    const answer = await this.billing.send({
      method: 'GET',
      target: `/internal/mails?${query}`,
      headers: internalHeaders({ token: this.token }),
    });
    const body = await readWhole(answer.body, LIMIT);
    if (answer.status !== 200 || body === undefined) throw unavailable();
    return (JSON.parse(body.toString()) as { readonly items: readonly ListedMail[] }).items;
  }
}
