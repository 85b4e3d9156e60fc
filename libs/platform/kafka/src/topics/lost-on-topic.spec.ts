import { describe, expect, it } from '@jest/globals';
import type { Message } from '@smartkey/event-bus';
import type { Anchor } from '@smartkey/event-store';
import { anchorOf } from '@smartkey/event-store';
import { LostCounter } from './lost-on-topic.ts';

const message = (position: bigint, previous: bigint, type = 'IdRegistered', incarnation = 1): Message => ({
  id: `id-${position}-${incarnation}`,
  source: 'device-registry',
  type,
  version: 1,
  stream: 'account-1',
  revision: Number(position),
  position,
  previous,
  occurredAt: '2018-01-01T00:00:00.000Z',
  recordedAt: '2018-01-01T00:00:00.000Z',
  hash: 'ab'.repeat(32),
  incarnation,
  data: {},
});
const records = (...messages: readonly Message[]) =>
  messages.map((each) => ({ kind: 'message' as const, message: each }));
const whole = (partition: number, low = 0n) => ({ partition, low, high: 100n });

function counter(held: readonly Message[], over: Partial<ConstructorParameters<typeof LostCounter>[0]> = {}) {
  const ids = new Set(held.map(({ id }) => id));
  return new LostCounter({
    store: { holds: (anchors) => Promise.resolve(anchors.map(({ id }) => ids.has(id))) },
    incarnations: [],
    common: 0n,
    known: [],
    page: { after: 0n, limit: 10 },
    ...over,
  });
}

describe('what a topic holds and a log lacks', () => {
  const [a, b, c] = [message(1n, 0n), message(2n, 1n), message(3n, 2n, 'IdDeregistered')];

  it('is listed by type and position, and is complete where it has all that was read', async () => {
    const lost = counter([a], { common: 1n, known: [anchorOf(c) as Anchor] });
    await lost.take(records(a, b, c), whole(0));
    const found = lost.result([whole(0), whole(1)]);
    expect([found.count, [...found.byType], found.complete]).toEqual([
      2,
      [
        ['IdDeregistered', 1],
        ['IdRegistered', 1],
      ],
      true,
    ]);
    expect(found.events.map(({ position }) => position)).toEqual([2n, 3n]);
  });

  it('is shown by pages in the order of positions, whatever partition they lie on', async () => {
    const page = { after: 1n, limit: 2 };
    const lost = counter([], { page });
    await lost.take(records(message(4n, 0n), message(9n, 4n)), whole(1));
    await lost.take(records(a, b, c), whole(0));
    const found = lost.result([whole(0), whole(1)]);
    expect([found.count, found.events.map(({ position }) => position)]).toEqual([5, [2n, 3n]]);
  });

  it('is incomplete where the topic lacks what was read, has a hole, was cut by retention, or bears no hashes', async () => {
    const told = async (take: readonly Message[], low = 0n, over = {}) => {
      const lost = counter([a], { common: 1n, ...over });
      await lost.take(records(...take), whole(0, low));
      return lost.result([whole(0, low)]).complete;
    };
    expect(await told([a, b], 0n, { known: [anchorOf(c)] })).toMatch('position 3 that others have read');
    expect(await told([a, c])).toMatch('between positions 1 and 2');
    expect(await told([c], 7n)).toMatch('retention');
    expect(await told([b, c], 7n)).toBe(true);
    const { hash: _hash, ...bare } = b;
    expect(await told([a, bare])).toMatch('1 events bear no hash');
  });

  it('is nothing that was given up before', async () => {
    const again = message(50n, 1n, 'IdRegistered', 2);
    const incarnations = [{ number: 2, id: 'x', keptPosition: 1n }];
    const lost = counter([a], { incarnations, known: [anchorOf(c)!] });
    await lost.take(records(a, b, c, again), whole(0));
    const found = lost.result([whole(0)]);
    expect([found.events.map(({ position }) => position), found.complete]).toEqual([[50n], true]);
  });
});
