import { expect, it } from '@jest/globals';
import { partitionOf } from '@smartkey/event-bus';
import { RateOnceRunning } from './measure.ts';
import { passed, placesByPartition } from './partition-places.ts';
import { registrySays } from './spoken-logs.ts';

it('counts the messages that marks have passed', () => {
  const say = registrySays({ contracts: 3, accounts: 40, successes: 0 });
  const places = placesByPartition(40, 3, say);
  expect(passed(places, new Map())).toBe(0);
  expect(
    passed(
      places,
      new Map([
        [0, 40n],
        [1, 40n],
        [2, 40n],
      ]),
    ),
  ).toBe(40);
  const first = Array.from({ length: 20 }, (_, n) => partitionOf(say(n).stream, 3));
  expect(passed(places, new Map([[1, 20n]]))).toBe(first.filter((partition) => partition === 1).length);
});

it('a rate once it runs needs something that came behind the first look', () => {
  const running = new RateOnceRunning();
  running.look(0);
  expect(() => running.rate).toThrow(/watched/);
  running.look(5);
  expect(() => running.rate).toThrow(/watched/);
});
