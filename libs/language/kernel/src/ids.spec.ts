import { describe, expect, it } from '@jest/globals';
import { idOfStream, isId, NOBODY } from './ids.ts';

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

describe('the id that a stream is named by', () => {
  it('is what follows its kind', () => {
    expect(idOfStream('ctr', 'contract-ctr_1')).toBe('ctr_1');
    expect(idOfStream('rid', `authentication-${NOBODY}`)).toBe(NOBODY);
  });

  it.each(['account-rid_1', 'close-2018-01', 'contract-', ''])('is no contract’s in "%s"', (stream) => {
    expect(() => idOfStream('ctr', stream)).toThrow(TypeError);
  });
});
