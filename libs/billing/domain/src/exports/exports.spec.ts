import { describe, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import type { RequestExport } from './exports.decide.ts';
import { exportLog } from './exports.decider.ts';
import type { ExportEvent, ExportRequested, FileContent, InvoiceExported } from './exports.events.ts';

const request: RequestExport = {
  type: 'RequestExport',
  export: 'exp_1',
  month: '2024-01',
  format: 'freee',
  encoding: 'utf-8-bom',
  schemaVersion: '1',
  settings: 0,
  upTo: '100',
};
const { type: _type, ...asked } = request;
type Requested = ExportRequested['data'];
const requested = (number: number, more: Partial<Requested> = {}): ExportRequested => ({
  type: 'ExportRequested',
  version: 1,
  data: { ...(asked as Omit<Requested, 'number'>), number, ...more },
});
const content: FileContent = {
  documents: 2,
  first: 'SK-000000001',
  last: 'SK-000000002',
  rows: 3,
  bytes: 9,
  sha256: 'ff',
};
const finished = (number: number, more: Partial<InvoiceExported['data']> = {}): InvoiceExported => {
  const { upTo: _upTo, ...data } = requested(number).data;
  return { type: 'InvoiceExported', version: 2, data: { ...data, ...content, ...more } };
};
const last: RequestExport = { ...request, export: 'exp_9', month: undefined, since: 'last', upTo: '500' };
const ofLast = (number: number, more: Partial<Requested>): ExportRequested => {
  const { month: _month, ...data } = requested(number).data;
  return {
    type: 'ExportRequested',
    version: 1,
    data: { ...data, export: 'exp_9', since: 'last', upTo: '500', ...more },
  };
};

describe('exports', () => {
  it('are numbered as they are asked for, and end once', () => {
    specOf(exportLog).when(request).then(requested(1));
    const end = { type: 'FinishExport', export: 'exp_1', format: 'freee', content } as const;
    specOf(exportLog).given(requested(1)).when(end).then(finished(1)).andAgain().thenNothing();
    specOf(exportLog).given(requested(1), finished(1)).when(request).then(requested(2));
  });
  it('are written one at a time in each format', () => {
    specOf(exportLog)
      .given(requested(1))
      .when({ ...request, export: 'exp_2' })
      .thenRefused({ code: 'export-running' });
    const other = { ...request, export: 'exp_2', format: 'yayoi' } as const;
    specOf(exportLog)
      .given(requested(1))
      .when(other)
      .then(requested(2, { export: 'exp_2', format: 'yayoi' }));
  });
  it('need a month, but for those of any', () => {
    specOf(exportLog)
      .when({ ...request, month: undefined })
      .thenRefused({ code: 'month' });
    specOf(exportLog)
      .when({ ...request, format: 'jp-pint' })
      .thenRefused({ code: 'encoding' });
  });
});

describe('since: last takes what no finished export of the format has taken', () => {
  const given = (...events: readonly ExportEvent[]) => specOf(exportLog).given(...events);
  it('everything, where there was none', () => void given().when(last).then(ofLast(1, {})));
  it('not what a month’s export took; of another format says nothing', () => {
    const month = finished(1);
    given(month)
      .when(last)
      .then(ofLast(2, { except: [{ month: '2024-01', last: 'SK-000000002' }] }));
    given(finished(1, { format: 'yayoi' }))
      .when(last)
      .then(ofLast(2, {}));
  });
  it('what was told without a request, as it was up to version 1, counts', () => {
    const { since: _since, ...data } = finished(1).data;
    given({ type: 'InvoiceExported', version: 2, data })
      .when(last)
      .then(ofLast(2, { except: [{ month: '2024-01', last: 'SK-000000002' }] }));
  });
  it('only what came behind the one before it; months that it has passed are forgotten', () => {
    const { month: _month, ...data } = finished(2).data;
    const before: InvoiceExported = {
      type: 'InvoiceExported',
      version: 2,
      data: { ...data, since: 'last', last: 'SK-000000009' },
    };
    given(finished(1), before)
      .when(last)
      .then(ofLast(3, { after: 'SK-000000009' }));
    const later = finished(3, { last: 'SK-000000012' });
    given(finished(1), before, later)
      .when(last)
      .then(ofLast(4, { after: 'SK-000000009', except: [{ month: '2024-01', last: 'SK-000000012' }] }));
  });
  it('one that was refused has taken nothing, and keeps its number', () => {
    const errors = [{ number: 'SK-000000001', field: '取引先', rule: 'formula', detail: 'x' }];
    const refuse = { type: 'RefuseExport', export: 'exp_9', format: 'freee', faults: 1, errors } as const;
    const refused = {
      type: 'ExportRefused',
      version: 1,
      data: { export: 'exp_9', number: 1, format: 'freee', faults: 1, errors },
    } as const;
    given(ofLast(1, {})).when(refuse).then(refused).andAgain().thenNothing();
    given(ofLast(1, {}), refused).when(last).then(ofLast(2, {}));
  });
  it('what was taken under another name of the series counts', () =>
    void given()
      .when({ ...last, elsewhere: [{ last: 'OLD-000000004' }] })
      .then(ofLast(1, { except: [{ last: 'OLD-000000004' }] })));
  it('of one month alone', () =>
    void given(finished(1), finished(2, { month: '2024-02', last: 'SK-000000004' }))
      .when({ ...last, month: '2024-02' })
      .then(ofLast(3, { month: '2024-02', except: [{ month: '2024-02', last: 'SK-000000004' }] })));
});
