import type { ServiceMonth } from '@smartkey/calendar';
import { ApiParam, isReadableMonth, MONTH_DETAIL, validationFailed } from '@smartkey/http';
import { Param, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';

/** A service month in a path. @throws ProblemException 422 for anything else, 2018-13 for one. */
class ServiceMonthPipe implements PipeTransform<string, ServiceMonth> {
  transform(month: string, { data: name = 'month' }: ArgumentMetadata): ServiceMonth {
    if (isReadableMonth(month)) return month;
    throw validationFailed([{ pointer: `/${name}`, rule: 'service-month', detail: MONTH_DETAIL }]);
  }
}

/** The service month of a path, checked, and shown in the API's description. */
export const MonthParam =
  (name = 'month'): ParameterDecorator =>
  (controller, method, index) => {
    Param(name, ServiceMonthPipe)(controller, method, index);
    const handler = Reflect.getOwnPropertyDescriptor(controller, method!);
    ApiParam({ name, schema: { type: 'string' } })(controller, method!, handler!);
  };
