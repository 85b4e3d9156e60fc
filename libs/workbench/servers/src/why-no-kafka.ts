import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const runs = (program: string, argument: string): boolean =>
  spawnSync(program, [argument], { stdio: 'ignore' }).status === 0;

/**
 * Why a Kafka broker cannot be started on this machine, in words that say what to install; `undefined` where it can.
 */
export function whyNoKafka(root: string): string | undefined {
  if (!runs('java', '-version')) return 'no Java: install a JDK or JRE, 17 or later';
  if (!existsSync(join(root, '.cache/kafka/jars-4.1.0')) && !runs('mvn', '--version'))
    return 'no Maven: install it, to fetch the broker';
  return undefined;
}

/**
 * The same for tests on a real Kafka, which may be left out on a person's machine and say so, though never in CI.
 * @param what would be tested, for the sentence on standard error.
 */
export function whyLeftOut(root: string, what: string): string | undefined {
  const missing = process.env['CI'] === undefined ? whyNoKafka(root) : undefined;
  if (missing !== undefined) process.stderr.write(`left out, ${what}: ${missing}\n`);
  return missing;
}
