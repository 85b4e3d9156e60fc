import type { Environment } from '@smartkey/configuration';
import type { ServiceName } from '@smartkey/event-bus';
import type { EventStore, WentBack } from '@smartkey/event-store';
import { parsePosition } from '@smartkey/kernel';
import { lostOfLog, openKafka, type LostOnTopic } from '@smartkey/kafka';
import { createLog } from '@smartkey/runtime';
import { CommandError } from '../command.ts';
import { ownBrokers } from './own-brokers.ts';
import type { Lacking } from './compare-log.ts';

const LIMIT = 50;
const MOST = 1_000;

/** A page of the events that a log lacks. */
interface Page {
  readonly after: bigint;
  readonly limit: number;
}

/** @throws CommandError */
export function lostPage(options: Readonly<Record<string, string | boolean | undefined>>): Page {
  const { after = '0', limit = String(LIMIT) } = options;
  const position = parsePosition(after);
  if (position === undefined) throw new CommandError('--after takes a position of the log');
  if (!/^\d{1,4}$/.test(String(limit)) || Number(limit) < 1 || Number(limit) > MOST)
    throw new CommandError(`--limit takes a number from 1 to ${MOST}`);
  return { after: position, limit: Number(limit) };
}

/**
 * What the topic of a service holds and its log lacks.
 * @returns undefined where no brokers are named.
 */
export async function lostOnTopic(
  env: Environment,
  service: ServiceName,
  parts: {
    readonly store: EventStore;
    readonly lacking: readonly Lacking[];
    readonly wentBack: WentBack | undefined;
    readonly page: Page;
    readonly note: (line: string) => void;
  },
): Promise<LostOnTopic | undefined> {
  const settings = await ownBrokers(env, 'smartkey-compare');
  if (settings === undefined) return undefined;
  const { store, lacking, wentBack, page, note } = parts;
  const kafka = await openKafka(settings, createLog(env['SMARTKEY_LOG_LEVEL'] ?? 'error'));
  return lostOfLog(kafka, settings, service, {
    store,
    common: leastOf(lacking.map(({ common }) => common?.position ?? 0n)),
    known: [
      ...lacking.map(({ event }) => event),
      ...(wentBack?.evidence ?? []).flatMap(({ known }) => (known === undefined ? [] : [known])),
    ],
    page,
    onRecords: (records) => {
      if (records % 100_000 === 0) note(`${records} records of the topic read`);
    },
  });
}

export function printLost({ count, byType, events, complete }: LostOnTopic, print: (line: string) => void): void {
  print(
    complete === true
      ? `  complete: the topic holds ${count} events that the log lacks, and all that anybody has read beyond it`
      : `  incomplete: the topic holds ${count} events that the log lacks; ${complete}`,
  );
  for (const [type, number] of byType) print(`    ${number} ${type}`);
  for (const { position, id, type, stream, revision } of events)
    print(`    position ${position}: ${type} ${id}, revision ${revision} of ${stream}`);
  const shown = events.length;
  if (shown > 0 && shown < count) print(`    more behind --after ${events[shown - 1]!.position}`);
}

const leastOf = (positions: readonly bigint[]): bigint =>
  positions.reduce<bigint | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined) ?? 0n;
