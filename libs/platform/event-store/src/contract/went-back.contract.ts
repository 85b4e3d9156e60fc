import { describe, expect, it } from '@jest/globals';
import { derivedUuid } from '@smartkey/identity';
import { until, untilSeen } from '@smartkey/testing';
import { LogWentBackError, NotRestoringError, type Anchor } from '../index.ts';
import { eventsOf, freshStream, type TestedLog } from './tested-log.contract.ts';

/** An event that only readers know of. @param byte of its hash, in hex. */
const anchorAt = (position: bigint, name: string, byte: string): Anchor => ({
  position,
  id: derivedUuid('test', name),
  hash: byte.repeat(32),
  stream: 'lost',
  revision: 0,
  incarnation: 1,
});

/** A log that is known to have gone back, until it stands again or its loss is told. */
export function wentBackContract(log: TestedLog): void {
  describe('that is known to have gone back', () => {
    const lacking = anchorAt(1n << 60n, 'lost', 'ab');
    const append = (n: number) => {
      const stream = freshStream();
      return log.instance(n).append({ stream, expected: 'no-stream', events: eventsOf(stream, 1) });
    };
    const refused = async (n: number) =>
      append(n).then(
        () => undefined,
        (error: unknown) => error,
      );

    it('takes no append in any instance, says by whom and since when, and is read on', async () => {
      const stream = await log.streamOf(1);
      const head = await log.store.last();
      expect(await log.store.standing.wentBack()).toBeUndefined();
      await log.store.standing.enter(
        [{ reader: 'billing/ledger/0', known: lacking, detail: 'it was read' }],
        head,
      );
      for (let n = 0; n < log.instances.length; n += 1)
        await untilSeen(
          () => refused(n),
          (error) => error instanceof LogWentBackError,
        );
      const many = { stream: freshStream(), expected: 'no-stream' as const };
      await expect(log.store.appendMany([{ ...many, events: eventsOf('many', 1) }])).rejects.toBeInstanceOf(
        LogWentBackError,
      );
      await expect(log.store.raiseFence('2030-01-01T00:00:00.000Z')).rejects.toBeInstanceOf(LogWentBackError);
      expect(await log.instance(1).readStream(stream)).toHaveLength(1);
      const { since, evidence } = (await log.instance(1).standing.wentBack())!;
      expect(evidence).toEqual([
        { reader: 'billing/ledger/0', known: lacking, detail: 'it was read', head, at: expect.any(String) },
      ]);
      await log.instance(1).standing.enter([{ reader: 'checkpoint', detail: 'it is shorter' }], head);
      const later = (await log.store.standing.wentBack())!;
      expect(later.since).toBe(since);
      expect(later.evidence.map(({ reader }) => reader)).toEqual(['billing/ledger/0', 'checkpoint']);
    });

    it('stands again when all of them know it again', async () => {
      expect(await log.store.standing.lift(['billing/ledger/0'])).toBe(false);
      expect(await refused(0)).toBeInstanceOf(LogWentBackError);
      expect(await log.store.standing.lift(['checkpoint'])).toBe(true);
      for (let n = 0; n < log.instances.length; n += 1)
        await until(async () => {
          const error = await refused(n);
          if (error !== undefined) expect(error).toBeInstanceOf(LogWentBackError);
          return error === undefined;
        });
      expect(await log.store.standing.wentBack()).toBeUndefined();
    });
  });

  describe('whose loss was accepted', () => {
    const lost = anchorAt(1n << 50n, 'given up', 'cd');
    const single = (stream: string) => ({
      stream,
      expected: 'no-stream' as const,
      events: eventsOf(stream, 1),
    });
    const outcomeIn = async (n: number) =>
      log
        .instance(n)
        .append(single(freshStream()))
        .then(
          () => 'appended',
          (error: unknown) => (error instanceof LogWentBackError ? 'went back' : error),
        );

    it('takes nothing but what tells of it, in any instance, and goes on behind that', async () => {
      await expect(log.store.appendRestored(single(freshStream()))).rejects.toBeInstanceOf(NotRestoringError);
      await log.store.standing.enter(
        [{ reader: 'billing/ledger/0', known: lost, detail: 'it was read' }],
        await log.store.last(),
      );
      for (let n = 0; n < log.instances.length; n += 1)
        await until(async () => (await outcomeIn(n)) === 'went back');
      const before = await log.store.last();
      await log.store.standing.propose('anna', 'the disk is gone');
      const loss = await log.store.standing.accept('ben', undefined, { above: 6 });
      expect(loss).toMatchObject({ number: 7, head: before, by: ['anna', 'ben'] });
      // The process dies here: whoever opens the log next finds what is left to do.
      for (let n = 0; n < log.instances.length; n += 1) {
        expect(await outcomeIn(n)).toBe('went back');
        expect(await log.instance(n).standing.restoring()).toMatchObject(loss);
      }
      await expect(log.store.standing.accept('ben')).rejects.toMatchObject({ why: 'no-loss' });
      await expect(log.store.standing.propose('anna', 'again')).rejects.toMatchObject({ why: 'no-loss' });
      expect(await log.store.last()).toEqual(before);

      const telling = single(freshStream());
      const told = await log.instance(1).appendRestored(telling);
      const { events } = await log.store.readAll({ after: before?.position ?? 0n, limit: 2 });
      expect(events[0]).toMatchObject({ stream: telling.stream, position: told.position });
      expect(await log.store.standing.restoring()).toBeUndefined();
      for (let n = 0; n < log.instances.length; n += 1) {
        const outcome = await untilSeen(
          () => outcomeIn(n),
          (seen) => seen !== 'went back',
        );
        expect(outcome).toBe('appended');
      }
    });

    it('stays as it is behind that, where somebody says something new against it', async () => {
      const head = await log.store.last();
      await log.store.standing.enter(
        [{ reader: 'billing/ledger/0', known: { ...lost, incarnation: 7 }, detail: 'it was read' }],
        head,
      );
      await log.store.standing.propose('anna', 'the disk is gone again');
      await log.store.standing.accept('ben');
      await log.store.standing.enter([{ reader: 'checkpoint', detail: 'it is shorter' }], head);
      await log.store.appendRestored(single(freshStream()));
      expect(await log.store.standing.restoring()).toBeUndefined();
      expect((await log.store.standing.wentBack())?.evidence).toMatchObject([{ reader: 'checkpoint' }]);
      expect(await outcomeIn(0)).toBe('went back');
      expect(await log.store.standing.lift(['checkpoint'])).toBe(true);
      for (let n = 0; n < log.instances.length; n += 1)
        await until(async () => (await outcomeIn(n)) !== 'went back');
    });
  });
}
