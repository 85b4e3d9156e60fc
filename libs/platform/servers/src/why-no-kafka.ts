import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const runs = (program: string, argument: string): boolean =>
  spawnSync(program, [argument], { stdio: 'ignore' }).status === 0;

/**
 * Why a Kafka broker cannot be started on this machine, in words that say what to install; `undefined` where it can.
 * For tests that may be left out on a person's machine, though never in CI.
 */
export function whyNoKafka(root: string): string | undefined {
  if (!runs('java', '-version')) return 'no Java: install a JDK or JRE, 17 or later';
  if (!existsSync(join(root, '.cache/kafka/jars-4.1.0')) && !runs('mvn', '--version'))
    return 'no Maven: install it, to fetch the broker';
  return undefined;
}
