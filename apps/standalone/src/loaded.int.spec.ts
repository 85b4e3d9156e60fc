import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from './started-program.fixture.ts';

const run = promisify(execFile);

/** Packages that a start has no use for: each costs up to 40 MB and a quarter of a second. */
const LATE =
  /node_modules\/(pdfkit|fontkit|brotli|xmlbuilder2|libxml2-wasm|@simplewebauthn|@peculiar|@nestjs\/swagger|es-toolkit|nodemailer|openid-client|oauth4webapi|kafkajs|@eventstore|@opentelemetry\/sdk-[a-z-]+)\//;

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
    const loaded = stderr.split('\n').filter((line) => line.includes('node_modules'));
    expect(loaded.some((file) => file.includes('/@nestjs/core/'))).toBe(true);
    const late = loaded.flatMap((file) => LATE.exec(file)?.[1] ?? []);
    expect([...new Set(late)]).toEqual([]);
  });
});
