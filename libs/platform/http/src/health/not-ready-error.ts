/** Why a part is not usable, in words that anybody may read: `/health/ready` shows them. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}
