import type { ReadHead } from '@smartkey/billing-domain';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import type { ServiceParts } from '@smartkey/runtime';
import type { LogHead } from '@smartkey/transparency';
import type { Logger } from 'pino';
import { readUpTo } from '../ledger/as-read.ts';

/** How far a log was read, and which names its leaves bear. */
export type NamedHead = ReadHead & Pick<LogHead, 'earlier'>;

/** The head of each log that was read. */
export type SourceHeads = ReadonlyMap<ServiceName, NamedHead>;

/** Which name the leaf of an event bears: that of the head, but for those from before a loss. */
export const nameAt = ({ origin, earlier = [] }: NamedHead, position: bigint): string =>
  earlier.find(({ before }) => position < BigInt(before))?.origin ?? origin;

const isHead = (body: unknown): body is NamedHead =>
  typeof (body as Partial<ReadHead> | undefined)?.origin === 'string' &&
  Number.isSafeInteger((body as Partial<ReadHead>).size) &&
  typeof (body as Partial<ReadHead>).root === 'string';

/** How far the logs went that a document was drawn up from, as their own services say. */
export class LogHeads {
  constructor(private readonly parts: Pick<ServiceParts, 'peers' | 'logHead'> & { readonly log: Logger }) {}

  /**
   * @param positions up to which each was read, as documents record them.
   * @returns undefined where a service is of a version that does not tell it.
   * @throws PeerUnavailableError where a service is down, or its tree does not come so far yet.
   */
  async at(positions: Readonly<Record<string, string>>): Promise<SourceHeads | undefined> {
    const heads = new Map<ServiceName, NamedHead>();
    for (const source of SERVICES) {
      const head = await this.#headOf(source, readUpTo(positions, source));
      if (head === undefined) {
        this.parts.log.warn(
          { source },
          'a log does not say how far it goes: documents do not record what they follow from',
        );
        return undefined;
      }
      heads.set(source, head);
    }
    return heads;
  }

  async #headOf(source: ServiceName, position: bigint): Promise<NamedHead | undefined> {
    if (source === 'billing') return this.parts.logHead(position);
    const { status, body } = await this.parts.peers.call(source, {
      method: 'GET',
      path: `/internal/log/checkpoints/head?position=${position}`,
    });
    return status === 200 && isHead(body) ? body : undefined;
  }
}

/** The heads as one run asks for them: page upon page at the same positions, where they are what they were. */
export class HeadsOfRun implements Pick<LogHeads, 'at'> {
  #asked = '';
  #heads: SourceHeads | undefined;

  constructor(private readonly heads: Pick<LogHeads, 'at'>) {}

  async at(positions: Readonly<Record<string, string>>): Promise<SourceHeads | undefined> {
    const asked = JSON.stringify(positions);
    if (this.#heads !== undefined && this.#asked === asked) return this.#heads;
    const heads = await this.heads.at(positions);
    this.#heads = heads;
    this.#asked = asked;
    return heads;
  }
}

/** The heads that a document records, by whose logs they are. */
export const headsBySource = (heads: readonly ReadHead[]): SourceHeads =>
  new Map(
    SERVICES.flatMap((source) =>
      heads.filter(({ origin }) => sourceOf(origin) === source).map((head) => [source, head]),
    ),
  );

const ORIGIN = /^[^/]+\/([^/]+)(\/\d+)?$/;

/** Whose log an origin names: `<system>/<service>`, and a number behind it after a loss. */
export const sourceOf = (origin: string): string | undefined => ORIGIN.exec(origin)?.[1];

/** Whether a log bore another name before. */
export const isRenamed = (origin: string): boolean => ORIGIN.exec(origin)?.[2] !== undefined;
