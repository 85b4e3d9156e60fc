import { describe, expect, it } from '@jest/globals';
import { plusMillis, type Instant } from '@smartkey/kernel';
import { BehindFenceError } from '../index.ts';
import { eventsOf, fenceOf, freshStream, pause, type TestedLog } from './tested-log.contract.ts';

/** The fence: no append that was decided before it comes in unseen. */
export function fenceContract(log: TestedLog): void {
  describe('the fence', () => {
    it('refuses what was decided before it, and nothing else', async () => {
      expect(await fenceOf(log.store)).toBeUndefined();
      const fence: Instant = '2018-02-01T00:00:10.000Z';
      await log.store.raiseFence(fence);
      const before: Instant = '2018-02-01T00:00:09.999Z';
      const stream = freshStream();
      const append = (stampedAt: Instant | undefined, mark: string) =>
        log.instance(1).append({
          stream,
          expected: 'any',
          events: eventsOf(stream, 1, mark),
          ...(stampedAt && { stampedAt }),
        });
      await expect(append(before, '/a')).rejects.toBeInstanceOf(BehindFenceError);
      await expect(append(before, '/a')).rejects.toMatchObject({ fence });
      expect(await append(fence, '/a')).toMatchObject({ revision: 0 });
      expect(await append(undefined, '/b')).toMatchObject({ revision: 1 });
      // What the log has taken it has taken: a repeat is no new promise.
      expect(await append(before, '/a')).toMatchObject({ revision: 0, repeated: true });
      const many = await log.store.appendMany(
        [before, fence].map((stampedAt) => {
          const each = freshStream();
          return { stream: each, expected: 'no-stream', events: eventsOf(each, 1), stampedAt };
        }),
      );
      expect(many).toEqual([
        expect.objectContaining({ name: 'BehindFenceError', fence }),
        expect.objectContaining({ revision: 0 }),
      ]);
    });

    it('never goes back', async () => {
      await log.store.raiseFence('2018-02-01T00:00:20.000Z');
      await log.store.raiseFence('2018-02-01T00:00:15.000Z');
      expect(await fenceOf(log.instance(1))).toBe('2018-02-01T00:00:20.000Z');
    });

    it('lets no append through unseen: refused, or in the log when the fence is up', async () => {
      for (let round = 0; round < 10; round += 1) {
        const fence = plusMillis('2018-02-01T00:01:00.500Z', round * 1_000);
        const stampedAt = plusMillis(fence, -1);
        const start = await log.store.settledPosition();
        let raised = false;
        const accepted: string[] = [];
        const acceptedLate: string[] = [];
        const writers = Array.from({ length: 12 }, async (_, writer) => {
          for (;;) {
            const stream = freshStream();
            const begunAfter = raised;
            try {
              await log.instance(writer).append({
                stream,
                expected: 'no-stream',
                events: eventsOf(stream, 1),
                stampedAt,
              });
            } catch (error) {
              expect(error).toBeInstanceOf(BehindFenceError);
              return;
            }
            accepted.push(stream);
            if (begunAfter) acceptedLate.push(stream);
          }
        });
        await pause(Math.random() * 20);
        await log.instance(round).raiseFence(fence);
        raised = true;
        const visible: string[] = [];
        for (let after = start; ;) {
          const { events, upTo } = await log.store.readAll({ after, limit: 1_000 });
          visible.push(...events.map(({ stream }) => stream));
          if (upTo === after || events.length === 0) break;
          after = upTo;
        }
        await Promise.all(writers);
        expect(acceptedLate).toEqual([]);
        expect(accepted.filter((stream) => !visible.includes(stream))).toEqual([]);
      }
    });
  });
}
