import type { ContractId } from '@smartkey/kernel';
import { encodeCursor, pageOf } from '@smartkey/http';
import type { ListedMail, MailOutbox } from '@smartkey/mail';
import { AskedService } from '../forwarding/asked-service.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';
import type { MailPage } from './mail-view.ts';

/** Which mails. */
export interface WantedMails {
  readonly contract?: ContractId | undefined;
  /** The id of the last one shown. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** The mails of all services that send some: the gateway's own, and billing's. Ids sort by the time of queueing, whoever queued. */
export class MailList {
  private readonly billing: AskedService;

  constructor(
    private readonly outbox: MailOutbox,
    billing: OwnerPort,
    token: string,
    /** They go to people by a server, and do not only lie in a folder of it. */
    private readonly bySmtp: boolean,
  ) {
    this.billing = new AskedService(billing, token);
  }

  /** The latest first. @throws ProblemException 503 where billing does not say. */
  async page({ contract, before, limit }: WantedMails): Promise<MailPage> {
    const wanted = {
      ...(contract !== undefined && { contract }),
      ...(before !== undefined && { before }),
      limit: limit + 1,
    };
    const [own, ofBilling] = await Promise.all([this.outbox.list(wanted), this.#ofBilling(wanted)]);
    const all = [...own, ...ofBilling].sort((a, b) => (a.id < b.id ? 1 : -1));
    const page = pageOf(all.slice(0, limit + 1), limit, ({ id }) => encodeCursor(id));
    return { ...page, by: this.bySmtp ? 'server' : 'files' };
  }

  async #ofBilling(wanted: Readonly<Record<string, string | number>>): Promise<readonly ListedMail[]> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(wanted)) query.set(name, String(value));
    const path = `/internal/mails?${query}`;
    return (await this.billing.answer<{ readonly items: readonly ListedMail[] }>({ path })).items;
  }
}
