import { IsServiceMonth, PageQuery } from '@smartkey/http';

/** `?month=` */
export class MonthQuery {
  @IsServiceMonth()
  month!: string;
}

/** `?month=&limit=&cursor=` */
export class MonthPageQuery extends PageQuery {
  @IsServiceMonth({ optional: true })
  month?: string;
}
