import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { KafkaBroker } from './kafka-broker.ts';
import { whyLeftOut } from './why-left-out.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const missing = whyLeftOut(ROOT, 'a real Kafka');

(missing === undefined ? describe : describe.skip)('a real Apache Kafka from its published artifacts', () => {
  let folder = '';
  let broker: KafkaBroker | undefined;
  afterAll(async () => {
    await broker?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('starts, survives a SIGKILL and starts again on its log', async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-kafka-'));
    broker = await KafkaBroker.start({ root: ROOT, folder });
    await broker.kill();
    await broker.resume();
    expect(broker.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });
});
