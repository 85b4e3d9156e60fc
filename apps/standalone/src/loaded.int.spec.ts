import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from './started-program.fixture.ts';

const run = promisify(execFile);

/** Packages that a start has no use for: each costs up to 40 MB and a quarter of a second. */
const LATE =
  /^(pdfkit|fontkit|brotli|xmlbuilder2|libxml2-wasm|@simplewebauthn|@peculiar|@nestjs\/swagger|es-toolkit|nodemailer|openid-client|oauth4webapi|kafkajs|@eventstore|@opentelemetry\/sdk-[a-z-]+)(\/|$)/;

/** As the record of the linked programs tells of a file. */
interface Part {
  readonly file: string;
  /** What is loaded with it: other files, and modules that stay apart. */
  readonly with: readonly string[];
  readonly packages: readonly string[];
}

/** Lists the files of the packages that a module loads, those that are told of when they are resolved among them. */
const PROGRAM = `
  import { createRequire, register } from 'node:module';
  const hooks = 'export const load = async (url, context, next) => { process._rawDebug(url); return next(url, context); }';
  register('data:text/javascript,' + encodeURIComponent(hooks));
  await import(process.argv[1]);
  for (const file of Object.keys(createRequire(process.argv[1]).cache)) process._rawDebug(file);
  process.exit();`;

describe('the standalone program before it is asked anything', () => {
  beforeAll(async () => {
    await run(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--quiet']);
  });

  it('has loaded no library that makes files, proves passkeys or speaks with servers it does not use', async () => {
    const main = join(ROOT, 'apps/standalone/dist/standalone.js');
    const { stderr } = await run(process.execPath, ['--input-type=module', '-e', PROGRAM, main], {
      maxBuffer: 32 * 1024 * 1024,
    });
    const loaded = stderr.split('\n').flatMap((line) => /.*node_modules\/(.*)/.exec(line)?.[1] ?? []);
    expect(loaded.some((file) => file.startsWith('@nestjs/core/'))).toBe(true);
    const late = loaded.flatMap((file) => LATE.exec(file)?.[1] ?? []);
    expect([...new Set(late)]).toEqual([]);
  });

  it('is linked so that files with these are not among those that it begins with', async () => {
    const { parts } = JSON.parse(await readFile(join(ROOT, 'dist/programs/record.json'), 'utf8')) as {
      readonly parts: readonly Part[];
    };
    const begins = new Set(['standalone.js']);
    for (const file of begins)
      for (const more of parts.find((part) => part.file === file)!.with)
        if (parts.some((part) => part.file === more)) begins.add(more);
    const packages = parts.filter(({ file }) => begins.has(file)).flatMap((part) => part.packages);
    expect(packages).toContain('@nestjs/core');
    expect(packages.filter((name) => LATE.test(name))).toEqual([]);
  });
});
