import { describe, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import type { RequestDelivery } from './delivery.decide.ts';
import { documentDeliveries } from './delivery.decider.ts';
import type { DeliveryEvent, DeliveryRequested } from './delivery.events.ts';

const { given, when } = specOf(documentDeliveries);
const DOCUMENT = { number: 'SK-000000001', contract: 'ctr_1' } as const;
const AT = '2024-02-01T00:00:00.000Z';
const TO = 'finance@example.co.jp';

const request = (more: Partial<RequestDelivery> = {}): RequestDelivery => ({
  type: 'Request',
  ...DOCUMENT,
  channel: 'mail',
  to: TO,
  cause: 'issue',
  ...more,
});
const again = (more: Partial<RequestDelivery> = {}) => request({ cause: 'person', ...more });
const requested = (delivery = 1): DeliveryRequested => ({
  type: 'DeliveryRequested',
  version: 1,
  data: { ...DOCUMENT, delivery, channel: 'mail', to: TO },
});
const delivered = (delivery = 1): DeliveryEvent => ({
  type: 'InvoiceDelivered',
  version: 1,
  data: { ...DOCUMENT, delivery, channel: 'mail', to: TO },
  occurredAt: AT,
});
const refused = (reason: string, delivery = 1): DeliveryEvent => ({
  type: 'DeliveryRefused',
  version: 1,
  data: { ...DOCUMENT, delivery, channel: 'mail', reason },
});

describe('the deliveries of a document', () => {
  it('goes out once by each channel after its issue, and again nothing', () => {
    when(request()).then(requested()).andAgain().thenNothing();
    given(requested(), delivered()).when(request()).thenNothing();
    given(requested())
      .when(request({ channel: 'e-invoice', to: '0188:7123456789012' }))
      .then({
        type: 'DeliveryRequested',
        version: 1,
        data: { ...DOCUMENT, delivery: 2, channel: 'e-invoice', to: '0188:7123456789012' },
      });
  });
  it('with nobody to send it to that is recorded, once', () => {
    when(request({ to: undefined }))
      .then(refused('no-recipient'))
      .andAgain()
      .thenNothing();
  });
  it('is sent again as often as somebody asks, one at a time', () => {
    given(requested(), delivered()).when(again()).then(requested(2));
    given(refused('no-recipient')).when(again()).then(requested(2));
    given(requested()).when(again()).thenRefused({ kind: 'conflict', code: 'delivery-under-way' });
    when(again({ to: undefined })).thenRefused({
      kind: 'invalid',
      code: 'no-recipient',
      pointer: '/channel',
    });
  });
  it('is not sent without end', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => [requested(index + 1), delivered(index + 1)]);
    given(...hundred.flat())
      .when(again())
      .thenRefused({ kind: 'conflict', code: 'too-many-deliveries' });
  });
  it('what became of it is recorded once; what is not on its way changes nothing', () => {
    given(requested())
      .when({ type: 'RecordDelivered', ...DOCUMENT, delivery: 1, at: AT })
      .then(delivered())
      .andAgain()
      .thenNothing();
    given(requested())
      .when({ type: 'RecordRefused', ...DOCUMENT, delivery: 1, reason: 'recipient 550 5.1.1', at: AT })
      .then({ ...refused('recipient 550 5.1.1'), occurredAt: AT })
      .andAgain()
      .thenNothing();
    when({ type: 'RecordDelivered', ...DOCUMENT, delivery: 1, at: AT }).thenNothing();
    given(requested(), delivered())
      .when({ type: 'RecordRefused', ...DOCUMENT, delivery: 1, reason: 'x', at: AT })
      .thenNothing();
  });
  it('of downloads the first one is recorded', () => {
    given(requested())
      .when({ type: 'RecordDownload', ...DOCUMENT })
      .then({
        type: 'InvoiceDelivered',
        version: 1,
        data: { ...DOCUMENT, delivery: 2, channel: 'download' },
      })
      .andAgain()
      .thenNothing();
  });
});
