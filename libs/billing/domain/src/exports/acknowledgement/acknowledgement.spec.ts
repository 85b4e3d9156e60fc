import { describe, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { acknowledgementDecider, type AcknowledgeExport } from './acknowledgement.decider.ts';
import type { ExportAcknowledged } from './acknowledgement.events.ts';

const command: AcknowledgeExport = { export: 'exp_1', on: '2024-02-05', today: '2024-02-05' };
const told = (data: Partial<ExportAcknowledged['data']>): ExportAcknowledged => ({
  type: 'ExportAcknowledged',
  version: 1,
  data: { export: 'exp_1', on: '2024-02-05', file: false, items: [], ...data },
});
const item = (number: string, externalId = 'V-1') => ({ number, externalId });
const spec = () => specOf(acknowledgementDecider);

describe('what an ERP acknowledges', () => {
  it('the file, once', () => {
    spec()
      .when(command)
      .then(told({ file: true }))
      .andAgain()
      .thenNothing();
    spec()
      .when({ ...command, externalId: 'B-7' })
      .then(told({ file: true, externalId: 'B-7' }))
      .andAgain()
      .thenNothing();
  });
  it('documents, which add up', () => {
    const [a, b] = [item('SK-000000001'), item('SK-000000002')];
    spec()
      .when({ ...command, items: [a] })
      .then(told({ items: [a] }))
      .andAgain()
      .thenNothing();
    spec()
      .given(told({ items: [a] }))
      .when({ ...command, items: [a, b] })
      .then(told({ items: [b] }));
  });
  it('nothing otherwise than before', () => {
    const given = () => spec().given(told({ file: true, externalId: 'B-7', items: [item('SK-000000001')] }));
    given()
      .when({ ...command, externalId: 'B-8' })
      .thenRefused({ code: 'acknowledged-otherwise' });
    given()
      .when({ ...command, items: [item('SK-000000001', 'V-2')] })
      .thenRefused({ code: 'acknowledged-otherwise' });
    given()
      .when({ ...command, on: '2024-02-04', items: [item('SK-000000001')] })
      .thenRefused({ code: 'acknowledged-otherwise' });
  });
  it('nothing ahead, and nothing twice', () => {
    spec()
      .when({ ...command, on: '2024-02-06' })
      .thenRefused({ code: 'future-day' });
    spec()
      .when({ ...command, items: [item('SK-000000001'), item('SK-000000001', 'V-2')] })
      .thenRefused({ code: 'named-twice' });
  });
});
