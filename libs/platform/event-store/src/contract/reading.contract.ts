import { describe, expect, it } from '@jest/globals';
import { derivedUuid } from '@smartkey/identity';
import type { RecordedEvent } from '@smartkey/kernel';
import { anchorOf, ZERO_HASH, type Anchor, type EventStore } from '../index.ts';
import { eventsOf, freshStream, pause, type TestedLog } from './tested-log.contract.ts';

/** How a log is read, by stream, in pages, by position, and what is told of what was read before. */
export function readingContract(log: TestedLog): void {
  describe('reading', () => {
    it('gives back what the append answered, and what was given', async () => {
      const stream = freshStream();
      const events = eventsOf(stream, 3);
      const { events: answered } = await log.store.append({ stream, expected: 'no-stream', events });
      expect(await log.store.readStream(stream)).toEqual(answered);
      answered.forEach((event, revision) => {
        expect(event).toMatchObject({ ...events[revision]!, stream, revision, recordedAt: log.clock.now() });
        expect(event.hash).toMatch(/^[0-9a-f]{64}$/);
        expect(event.hash).not.toBe(ZERO_HASH);
      });
    });

    it('takes a part of a stream, from either end', async () => {
      const stream = await log.streamOf(5);
      const revisions = async (options: Parameters<EventStore['readStream']>[1]) =>
        (await log.store.readStream(stream, options)).map(({ revision }) => revision);
      expect(await revisions({ from: 3 })).toEqual([3, 4]);
      expect(await revisions({ from: 1, limit: 2 })).toEqual([1, 2]);
      expect(await revisions({ direction: 'backwards', limit: 2 })).toEqual([4, 3]);
      expect(await revisions({ direction: 'backwards', from: 1 })).toEqual([1, 0]);
      expect(await revisions({ from: 9 })).toEqual([]);
      expect(await revisions({ limit: 0 })).toEqual([]);
      expect(await revisions({ limit: 0, direction: 'backwards' })).toEqual([]);
      expect(await log.store.readStream('no-such-stream')).toEqual([]);
    });

    it('takes many streams, in the order asked for', async () => {
      const [two, one] = [await log.streamOf(2), await log.streamOf(1)];
      const read = await log.store.readStreams([two, 'no-such-stream', one, two]);
      expect(read.map((events) => events.map(({ revision }) => revision))).toEqual([[0, 1], [], [0], [0, 1]]);
      expect(read[0]).toEqual(await log.store.readStream(two));
    });

    it('finds an event by its id', async () => {
      const stream = await log.streamOf(2);
      const [, second] = await log.store.readStream(stream);
      expect(await log.store.findEvent(second!.id)).toEqual(second);
      expect(await log.store.findEvent(derivedUuid('nobody'))).toBeUndefined();
    });

    it('walks the whole log in pages, each event once, streams in their order', async () => {
      await Promise.all(Array.from({ length: 5 }, () => log.streamOf(3)));
      const whole = await log.wholeLog();
      const paged: RecordedEvent[] = [];
      for (let after = 0n; ;) {
        const { events, upTo } = await log.store.readAll({ after, limit: 2 });
        if (events.length === 0) break;
        expect(upTo).toBeGreaterThanOrEqual(events.at(-1)!.position);
        paged.push(...events);
        after = upTo;
      }
      expect(paged).toEqual(whole);
      expect(whole.every(({ position }, i) => i === 0 || position > whole[i - 1]!.position)).toBe(true);
      expect(brokenOrder(whole)).toEqual([]);
    });

    it('says how far it has read where there is nothing to give', async () => {
      const { position } = (await log.store.readStream(await log.streamOf(1)))[0]!;
      const { events, upTo } = await log.store.readAll({ after: position, limit: 10 });
      expect(events).toEqual([]);
      expect(upTo).toBeGreaterThanOrEqual(position);
      expect((await log.store.readAll({ after: upTo + 1_000_000_000n, limit: 1 })).upTo).toBe(
        upTo + 1_000_000_000n,
      );
    });

    it('settles: what was appended before is at or before the settled position', async () => {
      const { position } = (await log.store.readStream(await log.streamOf(1)))[0]!;
      const settled = await log.store.settledPosition();
      expect(settled).toBeGreaterThanOrEqual(position);
      expect(await log.store.lastPosition()).toBeGreaterThanOrEqual(position);
      await log.streamOf(1);
      const later = (await log.wholeLog()).filter((event) => event.position > settled);
      expect(later).toHaveLength(1);
    });

    it('never skips an event, while 16 writers are at work', async () => {
      const start = await log.store.settledPosition();
      const stop = Promise.all(
        Array.from({ length: 16 }, async (_, writer) => {
          for (let i = 0; i < 15; i += 1) {
            const stream = freshStream();
            const size = 1 + ((writer + i) % 3);
            await log.instance(writer).append({
              stream,
              expected: 'no-stream',
              events: eventsOf(stream, size),
            });
            await log.instance(writer).append({
              stream,
              expected: size - 1,
              events: eventsOf(stream, 1, '/next'),
            });
            await pause(Math.random() * 5);
          }
        }),
      ).then(() => true);
      const seen: RecordedEvent[] = [];
      let after = start;
      for (let stopped = false; ;) {
        const { events, upTo } = await log.instance(1).readAll({ after, limit: 50 });
        seen.push(...events);
        if (stopped && upTo === after) break;
        if (events.length === 0) stopped = await Promise.race([stop, pause(2).then(() => false)]);
        after = upTo;
      }
      const written = (await log.wholeLog()).filter(({ position }) => position > start);
      expect(written).toHaveLength(16 * 5 * (2 + 3 + 4));
      expect(seen).toEqual(written);
      expect(brokenOrder(written)).toEqual([]);
    });
  });

  it('finds events by their positions, with what each is chained to', async () => {
    const [a, b] = [freshStream(), freshStream()];
    const first = await log.store.append({ stream: a, expected: 'any', events: eventsOf(a, 3) });
    const other = await log.store.append({ stream: b, expected: 'any', events: eventsOf(b, 1) });
    const events = [first.events[0]!, first.events[2]!, other.events[0]!];
    const positions = events.map(({ position }) => position);
    const found = await log.store.eventsAt(positions);
    expect(found.map(({ event }) => event)).toEqual(
      await Promise.all(events.map(({ id }) => log.store.findEvent(id))),
    );
    expect(found.map(({ previous }) => previous)).toEqual([ZERO_HASH, first.events[1]!.hash, ZERO_HASH]);
    expect(await log.store.eventsAt([positions[2]! + (1n << 40n)])).toEqual([]);
  });

  describe('what has been read of it', () => {
    it('is held where id, hash and position are the same, and not otherwise', async () => {
      const stream = await log.streamOf(3);
      const [first, second] = (await log.store.readStream(stream)).map((event) => anchorOf(event)!);
      const absent: Anchor = { ...second!, stream: freshStream() };
      const held = await log
        .instance(1)
        .holds([
          first!,
          { ...second!, id: first!.id },
          { ...second!, hash: first!.hash },
          { ...second!, position: second!.position + 1_000_000_000_000n },
          { ...absent, position: absent.position + (1n << 60n) },
          second!,
        ]);
      expect(held).toEqual([true, false, false, false, false, true]);
      expect(await log.store.holds([])).toEqual([]);
      expect((await log.store.last())!.position).toBeGreaterThanOrEqual(second!.position);
    });

    it('is told with a page that is asked for after it', async () => {
      const stream = await log.streamOf(3);
      const event = anchorOf((await log.store.readStream(stream))[1]!)!;
      const after = event.position;
      expect(await log.store.readAll({ after, limit: 10, event })).toMatchObject({ known: true });
      const altered = { ...event, hash: '0'.repeat(64) };
      expect(await log.store.readAll({ after, limit: 10, event: altered })).toMatchObject({ known: false });
      const beyond = { ...event, position: event.position + (1n << 60n) };
      const page = await log.store.readAll({ after: beyond.position, limit: 10, event: beyond });
      expect(page).toMatchObject({ known: false, events: [] });
      expect(await log.store.readAll({ after, limit: 10 })).not.toHaveProperty('known');
    });
  });
}

/** Streams whose revisions do not grow by one along the log. */
function brokenOrder(events: readonly RecordedEvent[]): string[] {
  const next = new Map<string, number>();
  const broken: string[] = [];
  for (const { stream, revision } of events) {
    if (revision !== (next.get(stream) ?? revision)) broken.push(stream);
    next.set(stream, revision + 1);
  }
  return broken;
}
