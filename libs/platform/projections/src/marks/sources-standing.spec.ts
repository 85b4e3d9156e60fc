import { describe, expect, it } from '@jest/globals';
import {
  type AnchorsFound,
  type Delivery,
  type LogFeeds,
  type Message,
  SourceLacksEventError,
} from '@smartkey/event-bus';
import { SourcesStanding } from './sources-standing.ts';

const message = (position: bigint, incarnation?: number): Message => ({
  id: `e${position}`,
  source: 'contract',
  type: 'Counted',
  version: 1,
  stream: 's',
  revision: 0,
  position,
  previous: position - 1n,
  occurredAt: '2018-01-01T00:00:00.000Z',
  recordedAt: '2018-01-01T00:00:00.000Z',
  data: {},
  ...(incarnation !== undefined && { incarnation }),
});
const delivery = (messages: readonly Message[], more: Partial<Delivery> = {}): Delivery => ({
  source: 'contract',
  partition: 0,
  messages,
  ...more,
});
const positions = ({ messages }: Delivery): readonly bigint[] => messages.map(({ position }) => position);
const promise = (incarnation?: number) => ({
  instant: '2018-02-01T00:00:00.000Z' as const,
  position: 9n,
  ...(incarnation !== undefined && { incarnation }),
});

/** An owner who counts how often he is asked. */
class Owner implements LogFeeds {
  asked = 0;
  silent = false;
  incarnations: NonNullable<AnchorsFound['incarnations']> = [
    { number: 2, id: '11111111-1111-4111-8111-111111111111', keptPosition: '5' },
  ];

  read = () => Promise.reject(new Error('nothing is read here'));

  compare(): Promise<AnchorsFound> {
    this.asked += 1;
    if (this.silent) return Promise.reject(new Error('no answer'));
    return Promise.resolve({ known: [], incarnations: this.incarnations });
  }
}

describe('what counts of a delivery', () => {
  it('is all of it where no loss was accepted, and nobody is asked', async () => {
    const [standing, owner] = [new SourcesStanding(), new Owner()];
    const arrived = delivery([message(1n), message(2n)], { watermark: promise(1) });
    expect(await standing.whatCounts(arrived, owner)).toBe(arrived);
    expect(owner.asked).toBe(0);
  });

  it.each<[string, Partial<Delivery>, readonly Message[]]>([
    ['a record that says so', { incarnation: 2 }, []],
    ['the first event of it', {}, [message(100n, 2)]],
    ['the first promise of it', { watermark: promise(2) }, []],
  ])(
    'is without what a loss took, once the owner was asked, by %s, how the log goes on',
    async (_, more, behind) => {
      const [standing, owner] = [new SourcesStanding(), new Owner()];
      const arrived = delivery([message(5n), message(6n), ...behind], more);
      expect(positions(await standing.whatCounts(arrived, owner))).toEqual(
        positions(delivery([message(5n), ...behind])),
      );
      await standing.whatCounts(arrived, owner);
      expect(owner.asked).toBe(1);
    },
  );

  it('is nothing as long as the owner does not say how the log goes on', async () => {
    const [standing, owner] = [new SourcesStanding(), new Owner()];
    owner.silent = true;
    await expect(standing.whatCounts(delivery([message(6n)], { incarnation: 2 }), owner)).rejects.toThrow(
      'no answer',
    );
  });

  it('is without a promise that the log made before the loss, but with one that comes straight from it', async () => {
    const [standing, owner] = [new SourcesStanding(), new Owner()];
    await standing.whatCounts(delivery([], { incarnation: 2 }), owner);
    expect(await standing.whatCounts(delivery([], { watermark: promise(1) }), owner)).toEqual(delivery([]));
    for (const watermark of [promise(2), promise()])
      expect(await standing.whatCounts(delivery([], { watermark }), owner)).toEqual(
        delivery([], { watermark }),
      );
  });

  it('is without what a second loss took of an incarnation that had ended before', async () => {
    const [standing, owner] = [new SourcesStanding(), new Owner()];
    owner.incarnations = [
      { number: 2, id: '11111111-1111-4111-8111-111111111111', keptPosition: '5' },
      { number: 3, id: '22222222-2222-4222-8222-222222222222', keptPosition: '3' },
    ];
    const arrived = delivery([message(3n), message(4n), message(5n, 2), message(4n, 3)], { incarnation: 3 });
    expect(positions(await standing.whatCounts(arrived, owner))).toEqual([3n, 4n]);
  });
});

describe('whoever has read last what a loss took', () => {
  const event = { id: 'e6', hash: 'ab'.repeat(32), stream: 's', revision: 0 };

  it('stops at once, and nobody else does', async () => {
    const [standing, owner] = [new SourcesStanding(), new Owner()];
    const lost = { ...event, position: 6n, incarnation: 1 };
    standing.mustHave('contract', lost);
    await standing.whatCounts(delivery([], { incarnation: 2 }), owner);
    expect(() => standing.mustHave('contract', lost)).toThrow(SourceLacksEventError);
    standing.mustHave('contract', { ...lost, position: 5n });
    standing.mustHave('contract', { ...lost, incarnation: 2 });
    standing.mustHave('billing', lost);
    standing.mustHave('contract', undefined);
  });
});
