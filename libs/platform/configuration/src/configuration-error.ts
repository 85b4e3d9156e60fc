import { OperatorError } from '@smartkey/lifecycle';
/** A setting that the program cannot start with. */
export class ConfigurationError extends OperatorError {
  override readonly name = 'ConfigurationError';
  constructor(
    readonly variable: string,
    /** What is wrong with it, to follow its name: `is not a number`. */
    detail: string,
  ) {
    super(`${variable} ${detail}`);
  }
}
