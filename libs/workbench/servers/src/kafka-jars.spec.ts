import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KafkaUnavailableError, kafkaJars } from './kafka-jars.ts';

describe('fetching Kafka', () => {
  const path = process.env['PATH'];
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'smartkey-jars-'));
    await mkdir(join(root, 'bin'));
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(root, { recursive: true, force: true });
  });
  const failure = () =>
    kafkaJars(root).then(
      () => new Error('it was fetched'),
      (error: unknown) => error as Error,
    );

  it('says to install Maven only where it is not installed', async () => {
    process.env['PATH'] = join(root, 'bin');
    const error = await failure();
    expect(error).toBeInstanceOf(KafkaUnavailableError);
    expect(error.message).toBe('Kafka cannot be fetched without Maven: install it, and Java 17 or later');
  });

  it('says in one sentence what Maven says where it runs and cannot fetch', async () => {
    const said = '[ERROR] Could not transfer artifact org.apache.kafka:kafka_2.13:pom:4.1.0: Unknown host';
    await writeFile(
      join(root, 'bin/mvn'),
      `#!/bin/sh\necho '${said}'\necho '[ERROR] For more, see the log'\nexit 1\n`,
      {
        mode: 0o755,
      },
    );
    process.env['PATH'] = `${join(root, 'bin')}${delimiter}${path}`;
    const { message } = await failure();
    expect(message).toMatch(
      /^Maven runs, but could not fetch the Kafka jars .*: Could not transfer artifact/,
    );
    expect(message).not.toContain('\n');
    expect(message).not.toContain('install');
  });
});
