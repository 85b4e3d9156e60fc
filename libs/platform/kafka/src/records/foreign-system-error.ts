import { OperatorError } from '@smartkey/lifecycle';

/** A record that another installation of the same software has published: its topic is not this system's, and nothing of it is taken. */
export class ForeignSystemError extends OperatorError {
  override readonly name = 'ForeignSystemError';
}
