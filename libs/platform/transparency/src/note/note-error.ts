/** Why a signed note is not taken. */
export type NoteFault =
  | 'note-unreadable'
  | 'key-unreadable'
  | 'signature-wrong'
  | 'signature-missing'
  | 'checkpoint-unreadable'
  | 'origin-wrong';

/** A signed note, or a key, that is not what it should be. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
  constructor(
    readonly fault: NoteFault,
    detail: string,
  ) {
    super(`${fault}: ${detail}`);
  }
}
