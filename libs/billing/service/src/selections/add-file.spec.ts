import { PassThrough } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { ZipFile } from 'yazl';
import { addFile } from './add-file.ts';
import { unzipped } from './unzipped.fixture.ts';

const MB = 1024 * 1024;

async function* of(size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; left -= 64 * 1024)
    yield await Promise.resolve(new Uint8Array(64 * 1024).fill(left % 251));
}

function archive(): { readonly zip: ZipFile; readonly output: PassThrough } {
  const zip = new ZipFile();
  const output = new PassThrough();
  zip.outputStream.pipe(output);
  return { zip, output };
}

describe('a file that is added to an archive', () => {
  it('is in it, and the next one behind it', async () => {
    const { zip, output } = archive();
    const read = (async () => Buffer.concat((await output.toArray()) as Buffer[]))();
    for (const name of ['a', 'b']) await addFile({ zip, output }, name, {}, of(MB));
    zip.end();
    const files = unzipped(await read);
    expect([...files.keys()]).toEqual(['a', 'b']);
    expect(files.get('b')!.length).toBe(MB);
  });

  it('is held by nobody once it was taken', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { zip, output } = archive();
    output.resume();
    collect();
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 100; n += 1) await addFile({ zip, output }, `${n}`, { compress: false }, of(MB));
    collect();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * MB);
  });

  it('is not read further than somebody takes it', async () => {
    const { zip, output } = archive();
    let given = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const part of of(50 * MB)) {
        given += part.length;
        yield part;
      }
    }
    const added = addFile({ zip, output }, 'a', { compress: false }, counted());
    await new Promise((resolve) => output.once('readable', resolve));
    for (let n = 0; n < 100; n += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(given).toBeLessThan(5 * MB);
    output.destroy();
    await added;
  });

  it('that cannot be read says so', async () => {
    const { zip, output } = archive();
    output.resume();
    async function* broken(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      throw new Error('gone');
    }
    await expect(addFile({ zip, output }, 'a', {}, broken())).rejects.toThrow('gone');
  });

  it('is not waited for where whoever reads has gone', async () => {
    const { zip, output } = archive();
    output.destroy();
    await new Promise((resolve) => output.once('close', resolve));
    await addFile({ zip, output }, 'a', {}, of(MB));
    expect(output.closed).toBe(true);
  });
});
