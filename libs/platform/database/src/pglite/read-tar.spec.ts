import { describe, expect, it } from '@jest/globals';
import { readTar } from './read-tar.ts';

const entry = (name: string, type: string, bytes: string): Buffer => {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(bytes.length.toString(8).padStart(11, '0'), 124);
  header.write(type, 156);
  const data = Buffer.alloc(Math.ceil(bytes.length / 512) * 512);
  data.write(bytes);
  return Buffer.concat([header, data]);
};
const END = Buffer.alloc(1024);
const read = (...parts: readonly Buffer[]) =>
  [...readTar(Buffer.concat(parts))].map(({ path, bytes }) => [path, bytes?.toString()]);

describe('a tar of our own', () => {
  it('gives folders and files, below the folder that it is opened in', () => {
    expect(
      read(
        entry('/base', '5', ''),
        entry('/base/1', '0', 'x'.repeat(600)),
        entry('PG_VERSION', '0', '18'),
        END,
      ),
    ).toEqual([
      ['base', undefined],
      ['base/1', 'x'.repeat(600)],
      ['PG_VERSION', '18'],
    ]);
  });

  it.each([
    ['a way out', entry('../x', '0', 'y')],
    ['a link', entry('x', '2', '')],
    ['a file that is cut off', entry('x', '0', 'y'.repeat(600)).subarray(0, 1024)],
    ['no end', entry('x', '0', 'y')],
  ])('refuses %s', (_what, tar) => {
    expect(() => read(tar)).toThrow(/^a tar /);
  });
});
