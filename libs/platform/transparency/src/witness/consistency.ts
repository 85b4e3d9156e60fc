import { nodeHash, type Hash } from '../tree/tree-hashes.ts';

const same = (a: Hash, b: Hash): boolean => Buffer.from(a).equals(b);
const half = (n: number): number => Math.floor(n / 2);
const isPowerOfTwo = (n: number): boolean => {
  let rest = n;
  while (rest % 2 === 0) rest = half(rest);
  return rest === 1;
};

/** Whether a proof shows that the tree of `to` leaves begins with that of `from` (RFC 9162, 2.1.4.2). */
export function isConsistent(
  proof: readonly Hash[],
  [from, first]: readonly [size: number, root: Hash],
  [to, last]: readonly [size: number, root: Hash],
): boolean {
  if (from > to) return false;
  if (from === to) return proof.length === 0 && same(first, last);
  if (from === 0) return proof.length === 0;
  const whole = isPowerOfTwo(from) ? [first, ...proof] : [...proof];
  if (whole.length === 0) return false;
  let [fn, sn] = [from - 1, to - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [whole[0]!, whole[0]!];
  for (const node of whole.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [nodeHash(node, fr), nodeHash(node, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else sr = nodeHash(sr, node);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && same(fr, first) && same(sr, last);
}
