import { describe, expect, it } from '@jest/globals';
import { inTheBackground, Lanes } from './lanes.ts';

/** Everybody who asks while the first is at it, by name: those of the background begin with `b`. Answers in which order they went. */
async function order(asked: readonly string[]): Promise<readonly string[]> {
  const lanes = new Lanes();
  const went: string[] = [];
  let end!: () => void;
  const first = lanes.run(() => new Promise<void>((resolve) => (end = resolve)));
  const ask = (name: string) => lanes.run(() => Promise.resolve(void went.push(name)));
  const all = asked.map((name) => (name.startsWith('b') ? inTheBackground(() => ask(name)) : ask(name)));
  end();
  await Promise.all([first, ...all]);
  return went;
}

describe('the lanes to one connection', () => {
  it('let who waits for an answer go before the background, each in the order they came', async () => {
    expect(await order(['b1', 'a1', 'b2', 'a2', 'a3'])).toEqual(['a1', 'a2', 'a3', 'b1', 'b2']);
  });

  it('let no more than eight pass one of the background', async () => {
    const many = Array.from({ length: 20 }, (_, n) => `a${n}`);
    const went = await order(['b1', 'b2', ...many]);
    expect(went.indexOf('b1')).toBe(8);
    expect(went.indexOf('b2')).toBe(17);
    expect(went).toHaveLength(22);
  });

  it('let the last go when nobody waits any more, however many there are', async () => {
    const lanes = new Lanes();
    const went: string[] = [];
    const ask = (name: string) => lanes.run(() => Promise.resolve(void went.push(name)));
    const first = ask('first');
    const last = lanes.runLast(() => Promise.resolve(void went.push('last')));
    const others = Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0 ? ask('a') : inTheBackground(() => ask('b')),
    );
    await Promise.all([first, last, ...others]);
    expect(went.indexOf('last')).toBe(21);
  });

  it('let one at a time through, and go on behind one that fails', async () => {
    const lanes = new Lanes();
    let inside = 0;
    const enter = async (fails: boolean): Promise<void> => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      if (fails) throw new Error('of one alone');
    };
    const done = await Promise.allSettled(
      Array.from({ length: 9 }, (_, n) => lanes.run(() => enter(n % 3 === 0))),
    );
    expect(done.map(({ status }) => status)).toEqual(
      Array.from({ length: 9 }, (_, n) => (n % 3 === 0 ? 'rejected' : 'fulfilled')),
    );
  });

  it('go by who asks, not by whoever woke him', async () => {
    const lanes = new Lanes();
    const went: string[] = [];
    let wake!: () => void;
    let end!: () => void;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const follower = inTheBackground(async () => {
      await woken;
      await lanes.run(() => Promise.resolve(void went.push('follower')));
    });
    const first = lanes.run(() => new Promise<void>((resolve) => (end = resolve)));
    wake();
    await new Promise((resolve) => setImmediate(resolve));
    const request = lanes.run(() => Promise.resolve(void went.push('request')));
    end();
    await Promise.all([first, follower, request]);
    expect(went).toEqual(['request', 'follower']);
  });
});
