import type { ServiceMonth } from '@smartkey/calendar';
import { IsServiceMonth, PageQuery } from '@smartkey/http';

/** `?month=` */
export class MonthQuery {
  @IsServiceMonth()
  month!: ServiceMonth;
}

/** `?month=&limit=&cursor=` */
export class MonthPageQuery extends PageQuery {
  @IsServiceMonth({ optional: true })
  month?: ServiceMonth;
}
