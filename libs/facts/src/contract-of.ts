import type { ContractId } from '@smartkey/kernel';

interface AnyMessage {
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly contract?: ContractId;
}

/** A message that cannot be taken in: a projection parks its stream. */
export class UnusableMessageError extends Error {
  override readonly name = 'UnusableMessageError';
  constructor({ type, stream, revision }: Omit<AnyMessage, 'contract'>, what: string) {
    super(`${type} of ${stream} at revision ${revision}: ${what}`);
  }
}

/** The contract of a message that must name one, as every message of an account does. @throws UnusableMessageError */
export function contractOf(message: AnyMessage): ContractId {
  if (message.contract === undefined) throw new UnusableMessageError(message, 'names no contract');
  return message.contract;
}
