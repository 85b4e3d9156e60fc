import { describe, expect, it } from '@jest/globals';
import type { WentBack } from '@smartkey/event-store';
import type { LostOnTopic } from '@smartkey/kafka';
import { pino } from 'pino';
import { LostFacts } from './lost-facts.ts';

const AT = '2018-01-01T00:00:00.000Z' as const;
const known = { position: 9n, id: 'e9', hash: 'h9', stream: 's', revision: 3, incarnation: 1 };
const event = (position: bigint) => ({
  id: `e${position}`,
  position,
  type: 'Counted',
  stream: 's',
  revision: Number(position),
  occurredAt: AT,
});
const lost: LostOnTopic = {
  count: 3,
  byType: new Map([['Counted', 3]]),
  events: [event(7n), event(8n), event(9n)],
  complete: 'retention has taken something',
};

class Fixture {
  wentBack: WentBack | undefined = {
    since: AT,
    evidence: [{ reader: 'x', detail: 'more', known, head: undefined, at: AT }],
  } as unknown as WentBack;
  /** What each reading of the topic was asked for. */
  readonly asked: { common: bigint; known: readonly unknown[] }[] = [];
  read: () => Promise<LostOnTopic> = () => Promise.resolve(lost);
  readonly facts = new LostFacts({
    store: {
      standing: { wentBack: () => Promise.resolve(this.wentBack) },
    } as unknown as ConstructorParameters<typeof LostFacts>[0]['store'],
    lostOfLog: (asked) => {
      this.asked.push(asked);
      asked.onRecords?.(4);
      return this.read();
    },
    log: pino({ level: 'silent' }),
    answerMillis: 20,
  });
}

describe('what a log that went back has lost', () => {
  it('is listed by pages of one reading, as its topic tells, with all that others know beyond', async () => {
    const under = new Fixture();
    const first = await under.facts.page({ after: 0n, limit: 2 });
    expect(first).toEqual({
      topic: 'read',
      records: 4,
      count: 3,
      byType: [{ type: 'Counted', count: 3 }],
      incomplete: 'retention has taken something',
      events: [
        { ...event(7n), position: '7', contract: null },
        { ...event(8n), position: '8', contract: null },
      ],
    });
    expect((await under.facts.page({ after: 8n, limit: 2 })).events.map(({ id }) => id)).toEqual(['e9']);
    expect(under.asked).toMatchObject([{ common: 0n, known: [known] }]);
  });

  it('is told once the topic is read, and read anew where more is known since', async () => {
    const under = new Fixture();
    let end: (lost: LostOnTopic) => void = () => undefined;
    under.read = () => new Promise((resolve) => (end = resolve));
    expect(await under.facts.page({ after: 0n, limit: 2 })).toMatchObject({
      topic: 'reading',
      records: 4,
      events: [],
    });
    expect((await under.facts.page({ after: 0n, limit: 2 })).topic).toBe('reading');
    end(lost);
    expect((await under.facts.page({ after: 0n, limit: 2 })).topic).toBe('read');
    expect(under.asked).toHaveLength(1);
    under.wentBack = { ...under.wentBack!, evidence: [] };
    expect((await under.facts.page({ after: 0n, limit: 2 })).topic).toBe('reading');
    expect(under.asked).toHaveLength(2);
  });

  it('says why it cannot be told, and nothing of a log that lacks nothing', async () => {
    const under = new Fixture();
    under.read = () => Promise.reject(new Error('smartkey.billing is not there'));
    expect(await under.facts.page({ after: 0n, limit: 2 })).toMatchObject({
      topic: 'unreadable',
      incomplete: 'smartkey.billing is not there',
    });
    under.wentBack = undefined;
    expect(await under.facts.page({ after: 0n, limit: 2 })).toMatchObject({
      topic: 'sound',
      incomplete: null,
    });
  });
});
