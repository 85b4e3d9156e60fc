import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares a presented secret with the one expected, in a time that tells nothing of either. */
export function secretCheck(expected: string): (presented: unknown) => boolean {
  const wanted = digest(expected);
  return (presented) => typeof presented === 'string' && timingSafeEqual(digest(presented), wanted);
}
