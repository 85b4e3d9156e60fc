import type { ServiceMonth } from '@smartkey/calendar';
import { isReadableMonth, MONTH_DETAIL, validationFailed } from '@smartkey/http';
import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';

/** A service month in a path. @throws ProblemException 422 for anything else, 2018-13 for one. */
export class ServiceMonthParam implements PipeTransform<string, ServiceMonth> {
  transform(month: string): ServiceMonth {
    if (isReadableMonth(month)) return month;
    throw validationFailed([{ pointer: '/month', rule: 'service-month', detail: MONTH_DETAIL }]);
  }
}

/** The `:month` of a path, checked, and shown in the API's description. */
export const MonthParam = (): ParameterDecorator => (controller, method, index) => {
  Param('month', ServiceMonthParam)(controller, method, index);
  const handler = Reflect.getOwnPropertyDescriptor(controller, method!);
  ApiParam({ name: 'month', schema: { type: 'string' } })(controller, method!, handler!);
};
