import { expect, it } from '@jest/globals';
import { freePort } from './free-port.ts';

it('is given once by a process, though nobody listens at it yet', async () => {
  const ports: number[] = [];
  while (ports.length < 600) ports.push(await freePort());
  expect(new Set(ports).size).toBe(ports.length);
});
