import { expect, it } from '@jest/globals';
import { canonicalJson } from '@smartkey/event-store';
import fc from 'fast-check';
import { leafOf } from './leaf.ts';
import { leafHash } from './tree-hashes.ts';

it('a leaf is over RFC 8785 of its five members, whatever a stream is called', () =>
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      fc.nat(),
      (stream, log, position, revision) => {
        const hash = 'e7969d082edb1446c1c17973080ee83123fac4266e9d5e63250271094242aca5';
        const told = canonicalJson({ hash, log, position: String(position), revision, stream });
        expect(leafOf(log, { hash, position, revision, stream })).toEqual(leafHash(told));
      },
    ),
  ));
