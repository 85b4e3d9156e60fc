/** A record that is none of ours, or not readable. */
export class UndecodableRecordError extends Error {
  override readonly name = 'UndecodableRecordError';
}
