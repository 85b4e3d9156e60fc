import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '@smartkey/testing/end-to-end';
import type { PopulatedRole, Populated } from './populated.ts';

const VERSION = '4.32.5';
const HOME = join(ROOT, '.cache/schemathesis');

/**
 * What an answer must keep: no 5xx, no status, type, header or body that the document does not tell, nothing without a key, no
 * other methods than the document's. Left out is what the document cannot say in full: which values a rule of the terms refuses.
 */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'ignored_auth',
  'allow_header_conformance',
];

/** Where Schemathesis is installed, which it is first where it is not: Python 3.10 or later, PyPI. */
async function schemathesis(): Promise<string> {
  const venv = join(HOME, VERSION);
  const program = join(venv, 'bin/schemathesis');
  if (existsSync(program)) return program;
  const run = promisify(execFile);
  await run('python3', ['-m', 'venv', '--clear', venv]);
  await run(join(venv, 'bin/pip'), ['install', '--quiet', `schemathesis==${VERSION}`]);
  return program;
}

/** The document with closed objects: what is answered beside what it tells is a fault, too. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.fromEntries(Object.entries(schema).map(([name, member]) => [name, closed(member)]));
  const isOpen = 'properties' in members && members['type'] === 'object';
  return isOpen && !('additionalProperties' in members)
    ? { ...members, additionalProperties: false }
    : members;
}

/** Mostly names of what is there, so that routes are reached, and otherwise whatever comes. JSON texts and lists are TOML, too. */
function configurationOf({ named }: Populated): string {
  const names = Object.entries(named);
  return [
    'warnings = false',
    ...names.map(([name, values]) => `[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}`),
    '[parameters]',
    ...names.map(([name]) => `"path.${name}" = { dictionary = "${name}", probability = 0.8 }`),
  ].join('\n');
}

export interface Attack {
  readonly url: string;
  readonly role: PopulatedRole;
  readonly populated: Populated;
  /** Cases of each operation in each phase. */
  readonly examples: number;
  readonly seed: number;
  /** Further options of `schemathesis run`. */
  readonly more: readonly string[];
}

/** Drives every operation of the document but the sandbox clock with a role's key. @returns whether all checks held. */
export async function attack({ url, role, populated, examples, seed, more }: Attack): Promise<boolean> {
  const program = await schemathesis();
  const folder = join(HOME, 'runs', role);
  await mkdir(folder, { recursive: true });
  const configuration = join(folder, 'schemathesis.toml');
  await writeFile(configuration, configurationOf(populated));
  const document = join(folder, 'openapi.json');
  await writeFile(document, JSON.stringify(closed(await (await fetch(`${url}/openapi.json`)).json())));
  const child = spawn(
    program,
    [
      ...['--config-file', configuration, 'run', document, '--url', url],
      ...['--header', `Authorization: Bearer ${populated.keys[role]}`],
      ...['--exclude-path', '/v1/sandbox/clock'],
      ...['--checks', CHECKS.join(',')],
      ...['--max-examples', String(examples), '--seed', String(seed), '--continue-on-failure'],
      ...['--request-timeout', '30', '--suppress-health-check', 'all', '--no-color'],
      ...['--generation-database', 'none', ...more],
    ],
    { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}
