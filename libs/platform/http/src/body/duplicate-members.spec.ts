import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { duplicateMember, writtenMembers } from './duplicate-members.ts';

const members = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.values(value).reduce<number>(
        (sum, each) => sum + members(each),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      );

describe('RFC 8259: members of one name in one object', () => {
  it.each([
    ['{"a":1,"a":2}', '/a'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"x":[{"b":{}},{"b":1,"c":":","b" \n: 2}]}', '/x/1/b'],
    ['[[],[0,{"a/b":1,"~":2,"a/b":3}]]', '/1/1/a~1b'],
    ['{"a":{"a":{"a":1}},"b":"\\"a\\":","a":0}', '/a'],
    ['{"":1,"":2}', '/'],
    ['{"a":"b","b":"a","c":["a","a"],"d":{"a":1},"e":{"a":1}}', undefined],
    ['{"a\\\\":1,"a\\\\\\"":2}', undefined],
    ['"a:a"', undefined],
  ])('%s: %s', (text, pointer) => {
    expect(duplicateMember(text)).toBe(pointer);
    expect(writtenMembers(text) === members(JSON.parse(text))).toBe(pointer === undefined);
  });

  it('are found in none that a serializer wrote, and in each that repeats a member', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.string(), (text, name) => {
        const member = `${JSON.stringify(name)}:${text}`;
        expect(duplicateMember(text)).toBeUndefined();
        expect(writtenMembers(text)).toBe(members(JSON.parse(text)));
        expect(duplicateMember(`{${member}}`)).toBeUndefined();
        expect(duplicateMember(`[{${member}, ${member}}]`)).toMatch(/^\/0\//);
      }),
    );
  });

  it('are looked for by work that grows with the text alone', () => {
    const count = 2_000;
    const text = `{${Array.from({ length: count }, (_, n) => `"m${n}":{"x":"${'\\"'.repeat(20)}"}`).join()},"m0":0}`;
    const charCodeAt = jest.spyOn(String.prototype, 'charCodeAt');
    const slice = jest.spyOn(String.prototype, 'slice');
    try {
      expect(writtenMembers(text)).toBe(2 * count + 1);
      expect(duplicateMember(text)).toBe('/m0');
      expect(charCodeAt.mock.calls.length).toBeLessThan(2 * text.length);
      const read = slice.mock.calls.reduce((sum, [from, to]) => sum + ((to ?? text.length) - (from ?? 0)), 0);
      expect(read).toBeLessThan(text.length);
    } finally {
      charCodeAt.mockRestore();
      slice.mockRestore();
    }
  });
});
