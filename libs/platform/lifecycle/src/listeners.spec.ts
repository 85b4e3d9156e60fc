import { describe, expect, it } from '@jest/globals';
import { Listeners } from './listeners.ts';

describe('Listeners', () => {
  it('calls everybody, in the order in which they came, until they stop', () => {
    const listeners = new Listeners<number>();
    const heard: string[] = [];
    const stop = listeners.add((news) => heard.push(`first ${news}`));
    listeners.add((news) => heard.push(`second ${news}`));
    listeners.tell(1);
    stop();
    stop();
    listeners.tell(2);
    expect(heard).toEqual(['first 1', 'second 1', 'second 2']);
  });

  it('lets the same function be there twice, each to be stopped by itself', () => {
    const listeners = new Listeners<number>();
    let calls = 0;
    const count = (): void => void (calls += 1);
    const stop = listeners.add(count);
    listeners.add(count);
    listeners.tell(1);
    stop();
    listeners.tell(2);
    expect(calls).toBe(3);
  });
});
