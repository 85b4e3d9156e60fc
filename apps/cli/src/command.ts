import type { Environment } from '@smartkey/configuration';
import type { ParseArgsConfig } from 'node:util';
import { OperatorError } from '@smartkey/lifecycle';

/** What a command works with. */
export interface CliContext {
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly env: Environment;
  /** Writes a line of the answer. */
  readonly print: (line: string) => void;
  /** Writes a line about the work. */
  readonly note: (line: string) => void;
}

export interface CliCommand {
  /** `parked retry` */
  readonly name: string;
  /** Names of the arguments, all of them needed. */
  readonly arguments: readonly string[];
  /** Whether it can be called without them, by its options. */
  readonly argumentsMayLack?: boolean;
  readonly options?: NonNullable<ParseArgsConfig['options']>;
  readonly help: string;
  /** @returns the exit code: 0, or 1 where what was asked for is not so. */
  run(context: CliContext): Promise<number>;
}

/** What people can put right: told in one sentence, without a stack. Exit code 2. */
export class CommandError extends OperatorError {
  override readonly name = 'CommandError';
}
