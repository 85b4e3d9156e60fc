import { describe, expect, it } from '@jest/globals';
import type { Anchor, EventStore } from '@smartkey/event-store';
import type { Message } from '../event-bus.port.ts';
import { LogEnd } from './log-end.ts';
import type { LogFeed } from './log-feed.ts';

/** A log of messages at these positions, which can lose some. */
function logOf(positions: readonly bigint[], settled: bigint) {
  const log = { positions, settled };
  const hashOf = (position: bigint) => `hash of ${position}`;
  const store: Pick<EventStore, 'holds' | 'settledPosition'> = {
    settledPosition: () => Promise.resolve(log.settled),
    holds: (anchors: readonly Anchor[]) =>
      Promise.resolve(
        anchors.map(({ position, hash }) => log.positions.includes(position) && hash === hashOf(position)),
      ),
  };
  const feed: LogFeed = {
    read: ({ after }) =>
      Promise.resolve({
        messages: log.positions
          .filter((position) => position > after)
          .map((position) => ({ position, id: `id ${position}`, hash: hashOf(position) }) as Message),
        upTo: log.settled > after ? log.settled : after,
        settled: log.settled,
      } as Awaited<ReturnType<LogFeed['read']>>),
  };
  return { log, end: new LogEnd(store as EventStore, feed) };
}

describe('where a log ends', () => {
  it('is its last message, as long as it has that', async () => {
    const { log, end } = logOf([], 10n);
    expect(await end.look()).toEqual({ upTo: 10n, last: 10n });
    Object.assign(log, { positions: [12n, 20n], settled: 21n });
    expect(await end.look()).toEqual({ upTo: 21n, last: 20n });
    log.settled = 30n;
    await end.lookAgain();
    expect(await end.look()).toEqual({ upTo: 30n, last: 20n });
  });

  it('is looked for anew once that is gone, for nobody could ever take it in', async () => {
    const { log, end } = logOf([12n], 13n);
    await end.look();
    Object.assign(log, { positions: [12n, 20n], settled: 21n });
    await end.look();
    Object.assign(log, { positions: [12n], settled: 14n });
    await end.lookAgain();
    expect(await end.look()).toEqual({ upTo: 14n, last: 14n });
  });

  it('is looked for anew where it went back and no message was ever seen', async () => {
    const { log, end } = logOf([], 130n);
    await end.look();
    Object.assign(log, { positions: [80n], settled: 83n });
    await end.lookAgain();
    expect(await end.look()).toEqual({ upTo: 83n, last: 83n });
  });

  it('is looked for anew where it went back behind what was passed after its last message', async () => {
    const { log, end } = logOf([], 10n);
    await end.look();
    Object.assign(log, { positions: [12n], settled: 13n });
    await end.look();
    log.settled = 130n;
    await end.look();
    log.settled = 83n;
    await end.lookAgain();
    expect((await end.look()).upTo).toBe(83n);
  });

  it('is not learned again from a look that was under way when it was forgotten', async () => {
    const { log, end } = logOf([12n], 13n);
    await end.look();
    Object.assign(log, { positions: [12n, 20n], settled: 21n });
    const looking = end.look();
    Object.assign(log, { positions: [12n], settled: 14n });
    end.forget();
    expect(await looking).toEqual({ upTo: 14n, last: 14n });
    expect(await end.look()).toEqual({ upTo: 14n, last: 14n });
  });
});
