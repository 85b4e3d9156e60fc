import type { Environment } from '@smartkey/configuration';
import { describeFailure } from '@smartkey/lifecycle';
import { parseArgs } from 'node:util';
import { CommandError, type CliCommand } from './command.ts';
import { auditCheckpointAdoptCommand } from './commands/audit-checkpoint-adopt.command.ts';
import { auditContractCommand } from './commands/audit-contract.command.ts';
import { auditKeysRotateCommand } from './commands/audit-keys-rotate.command.ts';
import { auditKeysCommand } from './commands/audit-keys.command.ts';
import { auditMonthCommand } from './commands/audit-month.command.ts';
import { auditReplayCommand } from './commands/audit-replay.command.ts';
import { backupCommand } from './commands/backup.command.ts';
import { checkpointKeysCommand } from './commands/checkpoint-keys.command.ts';
import { codeCommand } from './commands/code.command.ts';
import { createKeysCommand } from './commands/create-keys.command.ts';
import {
  deadLettersDiscardCommand,
  deadLettersListCommand,
  deadLettersRetryCommand,
  deadLettersShowCommand,
} from './commands/dead-letters.command.ts';
import { logAcceptLossCommand } from './commands/log-accept-loss.command.ts';
import { logCompareCommand } from './commands/log-compare.command.ts';
import { logPutBackCommand } from './commands/log-put-back.command.ts';
import { logDeclareLossCommand } from './commands/log-declare-loss.command.ts';
import { parkedListCommand, parkedRetryCommand } from './commands/parked.command.ts';
import { peopleRecoverCommand } from './commands/people-recover.command.ts';
import { rebuildCommand } from './commands/rebuild.command.ts';
import { repartitionCommand } from './commands/repartition.command.ts';
import { replayCommand } from './commands/replay.command.ts';
import { restoreCommand } from './commands/restore.command.ts';
import { rotateLookupCommand } from './commands/rotate-lookup.command.ts';
import { rotateKeysCommand } from './commands/rotate-keys.command.ts';
import { rowsOfLogCommand } from './commands/rows-of-log.command.ts';
import { seriesBeginCommand } from './commands/series-begin.command.ts';
import { topicsCommand } from './commands/topics.command.ts';
import { verifyCommand } from './commands/verify.command.ts';

const COMMANDS: readonly CliCommand[] = [
  verifyCommand,
  auditCheckpointAdoptCommand,
  checkpointKeysCommand,
  // The longer name first: the shorter one would be found for it.
  auditKeysRotateCommand,
  auditKeysCommand,
  logCompareCommand,
  logDeclareLossCommand,
  logPutBackCommand,
  logAcceptLossCommand,
  seriesBeginCommand,
  rowsOfLogCommand,
  auditMonthCommand,
  auditContractCommand,
  auditReplayCommand,
  replayCommand,
  rebuildCommand,
  parkedListCommand,
  parkedRetryCommand,
  deadLettersListCommand,
  deadLettersShowCommand,
  deadLettersRetryCommand,
  deadLettersDiscardCommand,
  topicsCommand,
  repartitionCommand,
  backupCommand,
  restoreCommand,
  createKeysCommand,
  rotateKeysCommand,
  rotateLookupCommand,
  peopleRecoverCommand,
  codeCommand,
];

export interface Terminal {
  readonly env: Environment;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** @returns the exit code: 0 done, 1 what was asked for is not so, 2 it could not be asked. */
export async function run(words: readonly string[], { env, out, err }: Terminal): Promise<number> {
  const command = COMMANDS.find(({ name }) => name.split(' ').every((part, index) => words[index] === part));
  if (command === undefined) {
    (words.length === 0 || words[0] === 'help' || words[0] === '--help' ? out : err)(usage());
    return words.length === 0 || words[0] === 'help' || words[0] === '--help' ? 0 : 2;
  }
  try {
    const { positionals, values } = parseArgs({
      args: words.slice(command.name.split(' ').length),
      allowPositionals: true,
      options: command.options ?? {},
    });
    if (!fits(positionals.length, command)) throw new CommandError(`usage: ${lineOf(command)}`);
    return await command.run({
      arguments: positionals,
      options: values as Record<string, string | boolean | undefined>,
      env,
      print: out,
      note: err,
    });
  } catch (error) {
    err(describeFailure(error));
    return 2;
  }
}

const fits = (given: number, { arguments: names, argumentsMayLack = false }: CliCommand): boolean =>
  given === names.length || (given === 0 && argumentsMayLack);

const lineOf = ({ name, arguments: names, argumentsMayLack = false, options = {} }: CliCommand): string =>
  [
    name,
    ...names.map((each) => (argumentsMayLack ? `[<${each}>]` : `<${each}>`)),
    ...Object.entries(options).map(
      ([option, { type }]) => `[--${option}${type === 'string' ? ' <value>' : ''}]`,
    ),
  ].join(' ');

const usage = (): string =>
  [
    'npm run cli -- <command>',
    '',
    ...COMMANDS.map((command) => `  ${lineOf(command)}\n      ${command.help}`),
    '',
    'Works on the data folder (SMARTKEY_DATA_DIR, default ./data) while nothing runs on it, or on the PostgreSQL server',
    'that DATABASE_URL names, with the logs where EVENTSTORE_URL says. Keys as for a start: keys.json of the data folder, SMARTKEY_KEY_FILE, or the environment.',
  ].join('\n');
