import { afterEach, describe, expect, it } from '@jest/globals';
import { Listeners } from '@smartkey/lifecycle';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpLogFeed } from './http-log-feed.ts';
import { LogNews } from './log-news.ts';

const never = new AbortController().signal;
const feedOf = (listeners: Listeners<bigint>) => ({
  onNews: (listener: (position: bigint) => void) => listeners.add(listener),
});
/** Whether something is answered already, when all has been done that could be. */
async function isOver(what: Promise<unknown>): Promise<boolean> {
  let over = false;
  void what.then(() => (over = true));
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return over;
}

describe('the news of a log for readers in other processes', () => {
  it('a question is answered when there is something that its asker has not seen', async () => {
    const told = new Listeners<bigint>();
    const news = new LogNews(feedOf(told));
    const first = await news.next(undefined, never);
    expect(first.position).toBe('0');

    const waiting = news.next(first.seen, never);
    expect(await isOver(waiting)).toBe(false);
    told.tell(7n);
    const second = await waiting;
    expect(second.position).toBe('7');

    // What came between two questions is not missed, also where it says nothing of a position.
    told.tell(0n);
    const third = await news.next(second.seen, never);
    expect(third).toMatchObject({ position: '7' });
    expect(third.seen).not.toBe(second.seen);
    // Who asks with what another process said is told what there is here.
    expect((await news.next(`${'0'.repeat(36)}-9`, never)).seen).toBe(third.seen);
    news.close();
  });

  it('nobody waits for an asker who has gone, nor at the end, and no more than so many wait', async () => {
    const news = new LogNews(feedOf(new Listeners<bigint>()));
    const { seen } = await news.next(undefined, never);
    const gone = new AbortController();
    const left = news.next(seen, gone.signal);
    expect(await isOver(left)).toBe(false);
    gone.abort();
    await left;

    const waiting = Array.from({ length: 256 }, () => news.next(seen, new AbortController().signal));
    expect(await isOver(waiting[255]!)).toBe(false);
    expect((await news.next(seen, never)).seen).toBe(seen);
    news.close();
    await Promise.all(waiting);
    expect((await news.next(seen, never)).seen).toBe(seen);
  });
});

describe('a reader that hears news over HTTP', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** @returns where it listens, how many questions it got, and what it was told that news cannot be heard by. */
  async function serving(answer: (seen: string | undefined) => Promise<{ status: number; body: unknown }>) {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      const seen = new URL(request.url!, 'http://x').searchParams.get('seen') ?? undefined;
      asked.push(seen);
      void answer(seen).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    servers.push(server);
    const troubles: unknown[] = [];
    const feed = new HttpLogFeed({
      url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      headers: {},
      onNoNews: (error) => troubles.push(error),
    });
    const heard: bigint[] = [];
    let listener: (() => void) | undefined;
    const stop = feed.onNews!((position) => {
      heard.push(position);
      listener?.();
    });
    const until = async (done: () => boolean): Promise<void> => {
      while (!done()) await new Promise<void>((resolve) => (listener = resolve));
    };
    return { asked, heard, troubles, until, stop };
  }

  it('is told of what is appended without asking for it again and again', async () => {
    const told = new Listeners<bigint>();
    const news = new LogNews(feedOf(told));
    let waiting = (): void => undefined;
    const { asked, heard, until, stop } = await serving(async (seen) => {
      const answer = news.next(seen, never);
      if (seen !== undefined) waiting();
      return { status: 200, body: await answer };
    });
    const asks = () => new Promise<void>((resolve) => (waiting = resolve));
    let next = asks();
    await until(() => heard.length === 1);
    for (const position of [5n, 9n]) {
      await next;
      next = asks();
      told.tell(position);
      await until(() => heard.at(-1) === position);
    }
    await next;
    expect(heard).toEqual([0n, 5n, 9n]);
    expect(asked).toHaveLength(4);
    stop();
    news.close();
  });

  it('looks now and then where the owner is of a version before', async () => {
    const { heard, troubles, until, stop } = await serving(() => Promise.resolve({ status: 404, body: {} }));
    await until(() => heard.length === 2);
    stop();
    expect([heard, troubles]).toEqual([[0n, 0n], []]);
  });

  it('says once that it cannot hear any, and hears them again', async () => {
    let failing = 2;
    const { heard, troubles, until, stop } = await serving(() => {
      if ((failing -= 1) >= 0) return Promise.resolve({ status: 200, body: { seen: 'x' } });
      return Promise.resolve({ status: 200, body: { seen: `${'a'.repeat(36)}-1`, position: '3' } });
    });
    await until(() => heard.length === 1);
    stop();
    expect(heard).toEqual([3n]);
    expect(troubles).toHaveLength(1);
  });
});
