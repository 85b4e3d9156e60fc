/** When something was acknowledged: before the copy, between copy and restore, or afterwards. */
export type Phase = 'before' | 'between' | 'after';
