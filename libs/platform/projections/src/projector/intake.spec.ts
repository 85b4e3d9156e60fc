import { describe, expect, it } from '@jest/globals';
import {
  partitionOf,
  type Delivery,
  type LogFeeds,
  type Message,
  SourceLacksEventError,
  type Watermark,
} from '@smartkey/event-bus';
import type { Anchor } from '@smartkey/event-store';
import fc from 'fast-check';
import { WrittenLog } from '../log.fixture.ts';
import { GapError, intake } from './intake.ts';

function written(count: number, streams = 3, partitions = 1): WrittenLog {
  const log = new WrittenLog('contract', partitions);
  for (let n = 0; n < count; n += 1) log.append(`s${(n * 7) % streams}`, n);
  return log;
}
const delivery = (messages: readonly Message[], watermark?: Delivery['watermark']): Delivery => ({
  source: 'contract',
  partition: 0,
  messages,
  ...(watermark === undefined ? {} : { watermark }),
});

describe('what a delivery adds to a mark', () => {
  it('drops what the mark has passed', async () => {
    const log = written(3);
    const taken = await intake(20n, delivery(log.messages), log, 1);
    expect(taken.messages.map((each) => each.position)).toEqual([30n]);
    expect(taken.filled).toBe(0);
    expect(log.reads).toBe(0);
  });

  it('asks the owner for what is missing in between, and skips nothing', async () => {
    const log = written(5);
    const taken = await intake(10n, delivery([log.messages[4]!]), log, 1);
    expect(taken.messages.map((each) => each.position)).toEqual([20n, 30n, 40n, 50n]);
    expect(taken.to).toEqual({ position: 50n });
    expect(taken.filled).toBe(4);
  });

  it('holds a gap while the owner cannot be asked', async () => {
    const log = written(5);
    log.unreachable = true;
    await expect(intake(10n, delivery([log.messages[4]!]), log, 1)).rejects.toThrow('the feed is down');
  });

  it('holds a gap while the feed does not lead up to the message', async () => {
    const log = written(5);
    const ahead = { ...log.messages[4]!, position: 90n, previous: 80n };
    await expect(intake(10n, delivery([ahead]), log, 1)).rejects.toThrow(GapError);
  });

  describe('of a topic on which records lie that a loss took', () => {
    const hash = 'ab'.repeat(32);
    /** As the owner answers: it knows what it has. */
    const asking = (log: WrittenLog, incarnation = 1): LogFeeds => ({
      read: async (source, request) => {
        const held = request.event === undefined || log.messages.some(({ id }) => id === request.event!.id);
        const page = await log.read(source, request);
        return held ? page : { ...page, messages: [], known: false };
      },
      compare: (_source, anchors) =>
        Promise.resolve({
          known: anchors.map(({ event }) => log.messages.some(({ id }) => id === event.id)),
          ...(incarnation === 1 ? {} : { incarnations: [{ ...begun, number: incarnation }] }),
        }),
    });
    const begun = { id: 'cccccccc-0000-4000-8000-000000000000', keptPosition: '50' };
    const log = written(5);
    const lost: Message = {
      ...log.messages[1]!,
      id: '00000000-0000-8000-8000-00000000aaaa',
      position: 15n,
      hash,
    };
    const behind = (message: Message): Message => ({ ...message, hash });

    it('is what the log has, though what is lost came in the same delivery', async () => {
      const [, second, third] = log.messages as [Message, Message, Message];
      const taken = await intake(10n, delivery([lost, behind(second), behind(third)]), asking(log), 1);
      expect(taken.messages.map(({ position }) => position)).toEqual([20n, 30n]);
      expect(taken.messages.map(({ id }) => id)).not.toContain(lost.id);
    });

    it('is the same where a promise alone follows what is lost', async () => {
      const promise: Watermark = { instant: '2018-02-01T00:00:00.000Z', position: 20n };
      const taken = await intake(10n, delivery([lost], promise), asking(log), 1);
      expect(taken.messages.map(({ position }) => position)).toEqual([20n]);
      expect(taken.to.watermark).toBe(promise.instant);
    });

    describe('where a copy that is gone published beside the chain', () => {
      const beside: Message = { ...lost, position: 25n, previous: 10n };
      const [, , third] = log.messages as [Message, Message, Message];

      it('is what the log has, once two have given up what that copy had', async () => {
        const came = delivery([beside, { ...behind(third), incarnation: 2 }]);
        const taken = await intake(20n, came, asking(log, 2), 1);
        expect(taken.messages.map(({ position }) => position)).toEqual([30n]);
        expect(taken.to).toEqual({ position: 30n });
      });

      it('is nothing where that copy had it to the end, and nothing follows', async () => {
        const taken = await intake(20n, delivery([beside]), asking(log, 2), 1);
        expect(taken).toEqual({ messages: [], to: { position: 20n }, filled: 0, complete: true });
      });

      it('stops the reader, and tells the owner, while nobody has', async () => {
        await expect(intake(20n, delivery([beside]), asking(log), 1)).rejects.toThrow(SourceLacksEventError);
      });

      it('waits where the owner has it after all, and the feed does not show it', async () => {
        const hidden: LogFeeds = { ...asking(log), compare: async () => ({ known: [true] }) };
        await expect(intake(20n, delivery([beside]), hidden, 1)).rejects.toThrow(GapError);
      });
    });

    it('is nothing where the mark itself stands on what is lost: that reader stops', async () => {
      const event: Anchor = { position: 15n, id: lost.id, hash, stream: 's', revision: 1, incarnation: 1 };
      await expect(
        intake(15n, delivery([behind(log.messages[2]!)]), asking(log), 1, { event, reader: 'a test' }),
      ).rejects.toThrow(SourceLacksEventError);
    });
  });

  it('looks the rest of the log up where something on the partition could not be read, though nothing follows it', async () => {
    const log = written(5);
    const taken = await intake(10n, { ...delivery([log.messages[1]!]), unreadable: true }, log, 1);
    expect(taken.messages.map((each) => each.position)).toEqual([20n, 30n, 40n, 50n]);
    expect(taken).toMatchObject({ to: { position: 50n }, complete: true });
  });

  it('does so in parts where that is much', async () => {
    const log = written(25_000, 1);
    const seen: Message[] = [];
    let parts = 0;
    for (let mark = 0n, complete = false; !complete; parts += 1) {
      const taken = await intake(mark, { ...delivery([]), unreadable: true }, log, 1);
      seen.push(...taken.messages);
      mark = taken.to.position;
      complete = taken.complete;
    }
    expect(seen).toEqual(log.messages);
    expect(parts).toBeGreaterThan(1);
  });

  it('holds what could not be read while the owner cannot be asked', async () => {
    const log = written(2);
    log.unreachable = true;
    await expect(intake(20n, { ...delivery([]), unreadable: true }, log, 1)).rejects.toThrow(
      'the feed is down',
    );
  });

  it('lets a watermark count only with everything at or before its position', async () => {
    const log = written(5);
    const promise: Watermark = { instant: '2018-02-01T00:00:00.000Z', position: 50n };
    const taken = await intake(20n, delivery([log.messages[2]!], promise), log, 1);
    expect(taken.messages.map((each) => each.position)).toEqual([30n, 40n, 50n]);
    expect(taken.to).toEqual({ position: 50n, watermark: promise.instant });
  });

  it('fills a long gap in parts, the watermark with the last', async () => {
    const log = written(25_000, 1);
    const promise: Watermark = { instant: '2018-02-01T00:00:00.000Z', position: 250_000n };
    const seen: Message[] = [];
    let parts = 0;
    for (let mark = 0n, complete = false; !complete; parts += 1) {
      const taken = await intake(mark, delivery([log.messages.at(-1)!], promise), log, 1);
      seen.push(...taken.messages);
      mark = taken.to.position;
      complete = taken.complete;
      expect(taken.to.watermark).toBe(complete ? promise.instant : undefined);
    }
    expect(seen).toEqual(log.messages);
    expect(parts).toBeGreaterThan(1);
  });

  it('leads through the whole partition once and in order, whatever is dropped, doubled or overtaken', async () => {
    const chaos = fc.record({
      count: fc.integer({ min: 1, max: 40 }),
      partitions: fc.integer({ min: 1, max: 3 }),
      picks: fc.array(fc.array(fc.nat(39), { maxLength: 8 }), { maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(chaos, async ({ count, partitions, picks }) => {
        const log = written(count, 5, partitions);
        for (let partition = 0; partition < partitions; partition += 1) {
          const chain = log.messages.filter((each) => partitionOf(each.stream, partitions) === partition);
          const last = chain.at(-1);
          if (last === undefined) continue;
          const seen: Message[] = [];
          let mark = 0n;
          for (const pick of picks) {
            const messages = pick.filter((n) => n < chain.length).map((n) => chain[n]!);
            const taken = await intake(mark, { ...delivery(messages), partition }, log, partitions);
            seen.push(...taken.messages);
            mark = taken.to.position;
          }
          const promise: Watermark = { instant: '2018-02-01T00:00:00.000Z', position: last.position };
          seen.push(
            ...(await intake(mark, { ...delivery([], promise), partition }, log, partitions)).messages,
          );
          expect(seen).toEqual(chain);
        }
      }),
    );
  });
});
