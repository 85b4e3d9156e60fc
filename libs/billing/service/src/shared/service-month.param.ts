import { isServiceMonth, type ServiceMonth } from '@smartkey/calendar';
import { validationFailed } from '@smartkey/http';
import type { PipeTransform } from '@nestjs/common';

/** A service month in a path. @throws ProblemException 422 for anything else, 2018-13 for one. */
export class ServiceMonthParam implements PipeTransform<string, ServiceMonth> {
  transform(month: string): ServiceMonth {
    if (isServiceMonth(month)) return month;
    const detail = 'Must be a calendar month, YYYY-MM.';
    throw validationFailed([{ pointer: '/month', rule: 'service-month', detail }]);
  }
}
