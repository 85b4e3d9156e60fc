import { describe, expect, it } from '@jest/globals';
import type { FeedRequest, Message } from '@smartkey/event-bus';
import { LogFollower } from './log-follower.ts';

const message = (position: bigint, type: string) => ({ position, type }) as Partial<Message> as Message;

/** Follows a log of 1,200 events, of which the first and the last are wanted, from a place on. */
function follow(from: bigint, { failing = false, all = false } = {}) {
  const wanted = [message(1n, 'Wanted'), message(1_200n, 'Wanted')];
  const events = all ? [message(2n, 'Other'), ...wanted] : wanted;
  const asked: FeedRequest[] = [];
  const handled: bigint[] = [];
  const moved: bigint[] = [];
  let told: (error: unknown) => void = () => undefined;
  const failed = new Promise<unknown>((resolve) => (told = resolve));
  let done: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (done = resolve));
  const follower = new LogFollower({
    name: 'test',
    source: 'contract',
    types: ['Wanted'],
    feeds: {
      read: (_source, request) => {
        asked.push(request);
        const upTo = request.after + 500n < 1_200n ? request.after + 500n : 1_200n;
        const messages = events.filter(({ position }) => position > request.after && position <= upTo);
        if (upTo === 1_200n && request.after === 1_200n) done();
        return Promise.resolve({ messages, upTo, settled: 1_200n });
      },
    },
    place: {
      read: () => Promise.resolve(moved.at(-1) ?? from),
      move: (position) => {
        moved.push(position);
        if (position === 1_200n) done();
        return Promise.resolve();
      },
    },
    handle: (messages) => {
      if (failing) return Promise.reject(new Error('not now'));
      handled.push(...messages.map(({ position }) => position));
      return Promise.resolve();
    },
    tell: told,
  });
  follower.start();
  return { follower, asked, handled, moved, failed, ended };
}

describe('a log that the gateway follows', () => {
  it('is read to its settled end, pages without any of what is wanted too', async () => {
    const { follower, asked, handled, moved, ended } = follow(0n);
    await ended;
    await follower.stop();
    expect(handled).toEqual([1n, 1_200n]);
    expect(moved).toEqual([500n, 1_000n, 1_200n]);
    expect(asked.map(({ after, types }) => [after, types])).toEqual(
      [0n, 500n, 1_000n].map((after) => [after, ['Wanted']]),
    );
  });

  it('tells nothing but what is wanted, also where its service sends all', async () => {
    const { follower, handled, ended } = follow(0n, { all: true });
    await ended;
    await follower.stop();
    expect(handled).toEqual([1n, 1_200n]);
  });

  it('keeps its place until all was done', async () => {
    const { follower, moved, failed } = follow(0n, { failing: true });
    await expect(failed).resolves.toMatchObject({ message: 'not now' });
    await follower.stop();
    expect(moved).toEqual([]);
  });

  it('moves no place at its end', async () => {
    const { follower, asked, moved, ended } = follow(1_200n);
    await ended;
    await follower.stop();
    expect(moved).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});
