import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KafkaBroker } from '@smartkey/servers';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { until } from '@smartkey/testing';
import { pino } from 'pino';
import { keepUp } from './keep-up.ts';

/** Runs in place of Java: listens where the settings say, after as many milliseconds as `delay` beside them holds. */
const LISTENER = `#!${process.execPath}
const fs = require('node:fs');
const path = require('node:path');
const settings = process.argv.at(-1);
if (!process.argv.includes('kafka.Kafka')) process.exit(0);
const port = Number(/PLAINTEXT:\\/\\/127.0.0.1:(\\d+)/.exec(fs.readFileSync(settings, 'utf8'))[1]);
const delay = Number(fs.readFileSync(path.join(path.dirname(settings), 'delay'), 'utf8'));
setTimeout(() => require('node:net').createServer().listen(port, '127.0.0.1'), delay);
`;

describe('a broker that is kept up', () => {
  const path = process.env['PATH'];
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'smartkey-keep-up-'));
    for (const folder of ['bin', '.cache/kafka/jars-4.1.0', 'deploy/kafka'])
      await mkdir(join(root, folder), { recursive: true });
    await mkdir(join(root, 'kafka'), { mode: 0o700 });
    const sum = createHash('sha256').update('jar').digest('hex');
    await writeFile(join(root, '.cache/kafka/jars-4.1.0/a.jar'), 'jar');
    await writeFile(join(root, 'deploy/kafka/checksums.sha256'), `${sum}  a.jar\n`);
    await writeFile(join(root, 'bin/java'), LISTENER, { mode: 0o755 });
    process.env['PATH'] = `${join(root, 'bin')}${delimiter}${path}`;
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(root, { recursive: true, force: true });
  });

  it('is told to be ready also where it took longer than a first start may', async () => {
    await writeFile(join(root, 'kafka/delay'), '0');
    const broker = await KafkaBroker.start({ root, folder: join(root, 'kafka'), patienceMillis: 8_000 });
    const states: boolean[] = [];
    const letGo = keepUp(broker, ({ ready }) => states.push(ready), pino({ level: 'silent' }));
    await writeFile(join(root, 'kafka/delay'), '9000');
    await broker.kill();
    await until(() => states.length >= 3);
    expect(states).toEqual([true, false, true]);
    letGo();
    await broker.stop();
  });

  it('is ended where its first start takes too long: nothing is left behind', async () => {
    await writeFile(join(root, 'kafka/delay'), '60000');
    const pids: number[] = [];
    const start = KafkaBroker.start({
      root,
      folder: join(root, 'kafka'),
      patienceMillis: 500,
      onSpawn: (pid) => pids.push(pid!),
    });
    await expect(start).rejects.toThrow('the broker did not start: it said nothing');
    expect(() => process.kill(pids[0]!, 0)).toThrow('ESRCH');
  });
});
