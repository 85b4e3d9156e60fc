import { DEFAULT_PAGE, MAX_PAGE } from '../pages/page.ts';
import { IsWholeNumberText } from './number-fields.ts';
import { IsText } from './text-fields.ts';

/** `?limit=&cursor=` of every list; extend it for filters. */
export class PageQuery {
  @IsWholeNumberText({ optional: true, min: 1, max: MAX_PAGE, description: 'How many items at most.' })
  limit: number = DEFAULT_PAGE;

  @IsText({ optional: true, max: 1024, description: 'nextCursor of the page before.' })
  cursor?: string;
}
