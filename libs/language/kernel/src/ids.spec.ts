import { describe, expect, it } from '@jest/globals';
import { isId } from './ids.ts';

describe('the form of an id', () => {
  const id = 'dev_05z1d3m001abcdefghjkmnpqrs';
  it.each([
    ['another prefix', id, 'rid', false],
    ['its own prefix', id, 'dev', true],
    ['too short', id.slice(0, -1), 'dev', false],
    ['too long', `${id}0`, 'dev', false],
    ['capitals', id.toUpperCase(), 'dev', false],
    ['a look-alike letter', `${id.slice(0, -1)}l`, 'dev', false],
    ['a line break at its end', `${id.slice(0, -1)}\n`, 'dev', false],
    ['no underscore', id.replace('_', '-'), 'dev', false],
    ['nothing', '', 'dev', false],
  ] as const)('%s', (_, text, prefix, expected) => {
    expect(isId(prefix, text)).toBe(expected);
  });
});
