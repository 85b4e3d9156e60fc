import { readFile } from 'node:fs/promises';
import { ConfigurationError, setting, type Environment } from '@smartkey/configuration';
import { codeOf } from '@smartkey/lifecycle';
import {
  commonSettings,
  createLog,
  listeningError,
  listeningSettings,
  proveListening,
  type Running,
} from '@smartkey/runtime';
import { serveWitness, Witness } from '@smartkey/transparency';
import { Registry } from 'prom-client';

/** What a witness is told. */
export interface WitnessProgramSettings {
  /** `witness.example/w1` */
  readonly name: string;
  readonly folder: string;
  /** A file with the public keys of the logs. */
  readonly logs: string;
}

/**
 * `SMARTKEY_WITNESS_NAME`; `SMARTKEY_WITNESS_DIR`, for its key and what it has seen; `SMARTKEY_WITNESS_LOGS`, a file with the public keys of the logs,
 * as `npm run cli -- checkpoint keys` and `GET /v1/audit/keys` show them.
 * @throws ConfigurationError
 */
export const witnessSettings = (env: Environment): WitnessProgramSettings => ({
  name: named(env, 'SMARTKEY_WITNESS_NAME', 'must name the witness, such as witness.example/w1'),
  folder: folderOf(env),
  logs: named(env, 'SMARTKEY_WITNESS_LOGS', 'must name a file with the public keys of logs, a line each'),
});

const folderOf = (env: Environment): string =>
  named(env, 'SMARTKEY_WITNESS_DIR', 'must name the folder of its key and of what it has seen');

/**
 * Runs a witness by itself, best by another person on another machine. It shares nothing with the system that it looks at.
 * @throws ConfigurationError and its like, naming the variable.
 */
export async function runWitness(env: Environment): Promise<Running> {
  const { name, folder, logs } = witnessSettings(env);
  const place = listeningSettings(env);
  const log = createLog(commonSettings(env).logLevel).child({ service: 'witness' });
  await proveListening(place);
  const witness = await Witness.open({ name, folder, logs: () => keysIn(logs) });
  const running = await serveWitness(witness, { ...place, log, metrics: new Registry() }).catch(
    (error: unknown) => {
      throw listeningError(place, error);
    },
  );
  return { ...running, notes: [`The key of this witness: ${witness.verifier}`] };
}

/** The public key of the witness in the folder, which readers and the system are told. @throws ConfigurationError, WitnessStateError */
export const witnessKey = (env: Environment): Promise<string> => Witness.keyIn(folderOf(env));

function named(env: Environment, variable: string, rule: string): string {
  const value = setting(env, variable);
  if (value === undefined) throw new ConfigurationError(variable, rule);
  return value;
}

/** No log is known until somebody writes the file. */
async function keysIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
