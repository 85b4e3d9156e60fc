import { UnavailableError } from '@smartkey/lifecycle';
/** Whether IIJ ID service contracts are active (第3条): the port, with an HTTP adapter and an embedded directory. */
export interface IijIdDirectory {
  /** Where the answer comes from, for the operator. */
  readonly source: 'embedded' | 'http';
  /** @returns those of the ids that are active. @throws IijIdDirectoryUnavailableError */
  activeAmong(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** The directory does not answer: nothing is known of the eligibility now. */
export class IijIdDirectoryUnavailableError extends UnavailableError {
  override readonly name = 'IijIdDirectoryUnavailableError';
}

export const IIJ_ID_DIRECTORY = Symbol('directory of IIJ ID contracts');
