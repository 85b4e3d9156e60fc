import { isDocument, type Invoice } from '@smartkey/billing-domain';
import { recipientAsDrawnUp, type HeldDocument } from '@smartkey/billing-service';
import type { Environment } from '@smartkey/configuration';
import { contractService } from '@smartkey/contract-service';
import type { Message } from '@smartkey/event-bus';
import type { EventStore } from '@smartkey/event-store';
import { LostCounter, openKafka, readTopic, type TakeRecords } from '@smartkey/kafka';
import type { ContractId } from '@smartkey/kernel';
import { createLog, publishedBy } from '@smartkey/runtime';
import type { SharedSeal } from '@smartkey/secrets';
import { CommandError } from '../command.ts';
import { isGivenUp } from './given-up.ts';
import { ownBrokers } from './own-brokers.ts';

/** The longest stream of one contract that is read for a recipient. */
const MOST_OF_CONTRACT = 10_000;

/** What the topic tells beside the documents. */
interface Beside {
  /** Closes that were asked for, by the position of their events. */
  readonly closes: { readonly position: bigint; readonly run: string }[];
  /** Profiles that were changed behind what the log kept, by contract. */
  readonly profiles: Map<ContractId, Message[]>;
}

/** What the topic of billing holds of documents. */
export interface HeldByTopic {
  /** It holds all that anybody is known to have read of the log; else why that is not so. */
  readonly complete: true | string;
  /** Tells each document in the order of its series; those without a recipient by number. */
  readonly tell: (
    take: (held: HeldDocument) => Promise<void>,
    withoutRecipient: (number: string) => void,
  ) => Promise<void>;
}

/**
 * Reads billing's topic twice: for what documents need beside themselves, then for the documents.
 * @param undecided incarnations that began with losses of documents that nobody has decided about.
 * @throws CommandError where no brokers are named.
 */
export async function heldByTopic(
  env: Environment,
  parts: {
    readonly billing: EventStore;
    readonly contracts: EventStore;
    readonly parties: SharedSeal;
    readonly undecided: readonly number[];
  },
): Promise<HeldByTopic> {
  const { billing, undecided } = parts;
  const settings = await ownBrokers(env, 'smartkey-put-back');
  if (settings === undefined) throw new CommandError('KAFKA_BROKERS must name the brokers');
  const kafka = await openKafka(settings, createLog(env['SMARTKEY_LOG_LEVEL'] ?? 'error'));
  const read = (take: TakeRecords) => readTopic(kafka, settings, 'billing', { purpose: 'put-back', take });
  const all = await billing.standing.incarnations();
  const open = all.filter(({ number }) => undecided.includes(number));
  const decided = all.filter(({ number }) => !undecided.includes(number));
  const kept = open.reduce((least, { keptPosition }) => (keptPosition < least ? keptPosition : least), open[0]!.keptPosition);
  const heads = open.flatMap(({ oldHead }) => (oldHead === undefined ? [] : [oldHead]));
  const held = await billing.holds(heads);
  const counter = new LostCounter({
    store: billing,
    incarnations: decided,
    common: kept,
    known: heads.filter((_, n) => held[n] !== true),
    page: { after: 0n, limit: 0 },
  });
  const beside: Beside = { closes: [], profiles: new Map() };
  const partitions = await read(async (records, partition) => {
    await counter.take(records, partition);
    for (const record of records) if (record.kind === 'message') lookBeside(beside, record.message, kept);
  });
  beside.closes.sort((a, b) => (a.position < b.position ? -1 : 1));
  const { complete } = counter.result(partitions);
  return {
    complete: heads.length < open.length && complete === true ? 'nobody is known to have read beyond the log' : complete,
    tell: async (take, withoutRecipient) =>
      void (await read(async (records) => {
        for (const record of records) {
          if (record.kind !== 'message' || !isDocument(record.message) || isGivenUp(decided, record.message)) continue;
          const document = await heldDocument(record.message, beside, parts);
          if (document === undefined) withoutRecipient((record.message.data as Invoice).number);
          else await take(document);
        }
      })),
  };
}


function lookBeside({ closes, profiles }: Beside, message: Message, kept: bigint): void {
  const { type, position, contract, data } = message;
  if (type === 'CloseRequested') closes.push({ position, run: (data as { readonly run: string }).run });
  if (type === 'BillingProfileChanged' && contract !== undefined && position > kept)
    profiles.set(contract, [...(profiles.get(contract) ?? []), message]);
}

/** @returns undefined where the recipient that the logs tell is another one. */
async function heldDocument(
  { id, type, version, stream, revision, occurredAt, position, hash, data }: Message,
  { closes, profiles }: Beside,
  { billing, contracts, parties }: Parameters<typeof heldByTopic>[1],
): Promise<HeldDocument | undefined> {
  const document = data as Invoice;
  const { contract } = document;
  const events = await contracts.readStream(`contract-${contract}`, { limit: MOST_OF_CONTRACT });
  const profile = await billing.readStream(`profile-${contract}`, { limit: MOST_OF_CONTRACT });
  const whole = recipientAsDrawnUp(
    parties,
    document,
    events.map((event) => ({ ...event, ...publishedBy(contractService)(event) })),
    [...profile, ...(profiles.get(contract) ?? [])].sort((a, b) => (a.position < b.position ? -1 : 1)),
  );
  if (whole === undefined) return undefined;
  const run = closes.findLast((each) => each.position < position)?.run;
  const { creditNote } = data as { readonly creditNote?: string };
  const commandId = creditNote ?? run ?? id;
  return { id, type, version, stream, revision, occurredAt, hash, data: whole, previous: undefined, commandId };
}
