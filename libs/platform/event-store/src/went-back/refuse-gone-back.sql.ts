import { LOG_WENT_BACK } from './log-went-back-error.ts';

/** Of a function that appends and has read `went_back_since` into `v_back`: nothing is appended to a log that is known to have gone back. */
export const REFUSE_GONE_BACK = `IF v_back IS NOT NULL THEN
      RAISE EXCEPTION 'log-went-back' USING ERRCODE = '${LOG_WENT_BACK}';
    END IF;`;
