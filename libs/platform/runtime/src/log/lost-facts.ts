import type { EventStore, WentBack } from '@smartkey/event-store';
import type { KafkaBus, LostEvent, LostOnTopic } from '@smartkey/kafka';
import { ended, messageOf, withinMillis } from '@smartkey/lifecycle';
import type { Logger } from 'pino';

/** So many lost events are listed; `log compare --after` lists any number. */
const MOST = 10_000;
/** A caller waits for so long; the reading goes on for the next one (system time). */
const ANSWER_MILLIS = 5_000;
/** What was read is good for so long: a page follows the other (system time). */
const FRESH_MILLIS = 60_000;

/** An event that a topic holds and the log lacks. */
export type LostEventJson = Omit<LostEvent, 'position' | 'contract'> & {
  readonly position: string;
  readonly contract: NonNullable<LostEvent['contract']> | null;
};

/** What the topic of a service tells of the events that its log lacks. */
export interface LostView {
  /** `sound`: the log lacks nothing; `no-topic`: the bus is no broker; `reading`: ask again; `unreadable`: `incomplete` says why. */
  readonly topic: 'sound' | 'no-topic' | 'reading' | 'read' | 'unreadable';
  /** How many records of the topic have been read. */
  readonly records: number;
  /** Of events that the topic holds and the log lacks. */
  readonly count: number;
  readonly byType: readonly { readonly type: string; readonly count: number }[];
  /** Why there may be others; null where the topic has all that anybody is known to have read. */
  readonly incomplete: string | null;
  /** In the order of their positions, of the first 10,000. */
  readonly events: readonly LostEventJson[];
}

interface Look {
  readonly of: string;
  records: number;
  /** Set when it has ended (`performance.now()`). */
  endedAt: number | undefined;
  lost: LostOnTopic | undefined;
  failure: string | undefined;
  readonly work: Promise<void>;
}

/**
 * What a log that went back has lost, as far as its topic tells. A topic may be long: it is read once for all who ask within a minute of its end, one
 * reading at a time, and who asks before that is told how far it has come.
 */
export class LostFacts {
  #look: Look | undefined;

  constructor(
    private readonly parts: {
      readonly store: Pick<EventStore, 'holds' | 'standing'>;
      readonly lostOfLog: KafkaBus['lostOfLog'] | undefined;
      readonly log: Logger;
      readonly answerMillis?: number;
    },
  ) {}

  /** The events behind the position, so many at most. */
  async page({ after, limit }: { readonly after: bigint; readonly limit: number }): Promise<LostView> {
    const wentBack = await this.parts.store.standing.wentBack();
    const { lostOfLog } = this.parts;
    if (wentBack === undefined || lostOfLog === undefined) return lostWithoutTopic(wentBack);
    const known = wentBack.evidence.flatMap((each) => (each.known === undefined ? [] : [each.known]));
    const look = this.#lookFor(`${wentBack.since} ${known.length}`, (onRecords) =>
      lostOfLog({ store: this.parts.store, common: 0n, known, page: { after: 0n, limit: MOST }, onRecords }),
    );
    await ended(withinMillis(look.work, this.parts.answerMillis ?? ANSWER_MILLIS, 'reading the topic'));
    return viewOf(look, after, limit);
  }

  #lookFor(of: string, read: (onRecords: (records: number) => void) => Promise<LostOnTopic>): Look {
    const last = this.#look;
    const isUnderWay = last !== undefined && last.endedAt === undefined;
    if (isUnderWay || (last?.of === of && performance.now() - last.endedAt! < FRESH_MILLIS)) return last;
    const begun = { of, records: 0, endedAt: undefined, lost: undefined, failure: undefined };
    const look: Look = Object.assign(begun, { work: Promise.resolve() });
    const work = read((records) => (look.records = records))
      .then((lost) => void (look.lost = lost))
      .catch((error: unknown) => {
        this.parts.log.warn({ err: error }, 'the topic could not be held against the log');
        look.failure = messageOf(error);
      })
      .finally(() => (look.endedAt = performance.now()));
    this.#look = Object.assign(look, { work });
    return look;
  }
}

const NOTHING = { records: 0, count: 0, byType: [], events: [] } as const;

/** What nobody can tell. */
export const UNTOLD_LOSS: LostView = {
  ...NOTHING,
  topic: 'no-topic',
  incomplete: 'there is no topic that could tell',
};

/** Of a log that no topic tells of. */
export const lostWithoutTopic = (wentBack: WentBack | undefined): LostView =>
  wentBack === undefined ? { ...NOTHING, topic: 'sound', incomplete: null } : UNTOLD_LOSS;

function viewOf({ records, lost, failure }: Look, after: bigint, limit: number): LostView {
  if (failure !== undefined) return { ...NOTHING, topic: 'unreadable', records, incomplete: failure };
  if (lost === undefined)
    return { ...NOTHING, topic: 'reading', records, incomplete: 'the topic is being read' };
  const events = lost.events.filter(({ position }) => position > after).slice(0, limit);
  return {
    topic: 'read',
    records,
    count: lost.count,
    byType: [...lost.byType].map(([type, count]) => ({ type, count })),
    incomplete: lost.complete === true ? null : lost.complete,
    events: events.map(({ contract = null, position, ...event }) => ({
      ...event,
      position: String(position),
      contract,
    })),
  };
}
