import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const runs = (program: string, argument: string): boolean =>
  spawnSync(program, [argument], { stdio: 'ignore' }).status === 0;

/** Why a program of published Maven artifacts cannot be started on this machine, in words that say what to install. */
function whyNoJars(root: string, folder: string, what: string): string | undefined {
  if (!runs('java', '-version')) return 'no Java: install a JDK or JRE, 17 or later';
  if (!existsSync(join(root, folder)) && !runs('mvn', '--version'))
    return `no Maven: install it, to fetch ${what}`;
  return undefined;
}

/**
 * Why a Kafka broker cannot be started on this machine, in words that say what to install; `undefined` where it can.
 */
export const whyNoKafka = (root: string): string | undefined =>
  whyNoJars(root, '.cache/kafka/jars-4.1.0', 'the broker');

/** Why the official rules of JP PINT cannot be run on this machine. */
export const whyNoPintRules = (root: string): string | undefined =>
  whyNoJars(root, '.cache/jp-pint/jars-4.3.7', 'the rules');

/** Why files cannot be read by veraPDF and poppler on this machine. */
export const whyNoPdfReaders = (root: string): string | undefined =>
  whyNoJars(root, '.cache/verapdf/jars-1.30.2', 'veraPDF') ??
  (runs('pdftotext', '-v') ? undefined : 'no pdftotext: install poppler-utils');

/** Why tables cannot be opened by LibreOffice on this machine. */
export const whyNoLibreOffice = (): string | undefined =>
  runs('soffice', '--version') ? undefined : 'no soffice: install libreoffice-calc';

/**
 * The same for tests on what may be missing: they may be left out on a person's machine and say so, though never in CI.
 * @param what would be tested, for the sentence on standard error.
 */
export function whyLeftOut(root: string, what: string, why = whyNoKafka): string | undefined {
  const missing = process.env['CI'] === undefined ? why(root) : undefined;
  if (missing !== undefined) process.stderr.write(`left out, ${what}: ${missing}\n`);
  return missing;
}
