import { describe, expect, it } from '@jest/globals';
import { epochMillisOf, instantOf } from '@smartkey/kernel';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { parseInstant } from './parse-instant.ts';

describe('reading an instant (RFC 3339)', () => {
  it.each([
    ['2018-01-31T15:00:00Z', '2018-01-31T15:00:00.000Z'],
    ['2018-02-01T00:00:00+09:00', '2018-01-31T15:00:00.000Z'],
    ['2018-01-31T10:30:00-04:30', '2018-01-31T15:00:00.000Z'],
    ['2018-01-31t15:00:00z', '2018-01-31T15:00:00.000Z'],
    ['2018-01-31T15:00:00.5Z', '2018-01-31T15:00:00.500Z'],
    ['2018-01-31T15:00:00.123456789Z', '2018-01-31T15:00:00.123Z'],
    ['2018-01-31T15:00:00.9999Z', '2018-01-31T15:00:00.999Z'],
    ['2020-02-29T00:00:00Z', '2020-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['2018-01-01T00:00:00+23:59', '2017-12-31T00:01:00.000Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2018-01-31T15:00:00-00:00', '2018-01-31T15:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it.each([
    ['a day that does not exist', '2018-02-30T00:00:00Z'],
    ['29 February of a common year', '2018-02-29T00:00:00Z'],
    ['29 February of a common century', '1900-02-29T00:00:00Z'],
    ['31 April', '2018-04-31T00:00:00Z'],
    ['day 0', '2018-01-00T00:00:00Z'],
    ['day 32', '2018-01-32T00:00:00Z'],
    ['month 0', '2018-00-01T00:00:00Z'],
    ['month 13', '2018-13-01T00:00:00Z'],
    ['hour 24', '2018-01-31T24:00:00Z'],
    ['minute 60', '2018-01-31T23:60:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['offset hour 24', '2018-01-31T15:00:00+24:00'],
    ['offset minute 60', '2018-01-31T15:00:00+09:60'],
    ['no offset', '2018-01-31T15:00:00'],
    ['an offset without colon', '2018-01-31T15:00:00+0900'],
    ['an offset without minutes', '2018-01-31T15:00:00+09'],
    ['a typographic minus', '2018-01-31T15:00:00−09:00'],
    ['no seconds', '2018-01-31T15:00Z'],
    ['a space for the T', '2018-01-31 15:00:00Z'],
    ['a mere day', '2018-01-31'],
    ['a basic form', '20180131T150000Z'],
    ['a comma for the point', '2018-01-31T15:00:00,5Z'],
    ['a point without fraction', '2018-01-31T15:00:00.Z'],
    ['ten decimals', '2018-01-31T15:00:00.1234567890Z'],
    ['a year of five digits', '12018-01-31T15:00:00Z'],
    ['a signed year', '+002018-01-31T15:00:00Z'],
    ['white space around', ' 2018-01-31T15:00:00Z'],
    ['a line break behind', '2018-01-31T15:00:00Z\n'],
    ['full-width digits', '２０１８-01-31T15:00:00Z'],
    ['a number', '1517410800000'],
    ['an instant before year 0', '0000-01-01T00:00:00+09:00'],
    ['an instant after year 9999', '9999-12-31T23:59:59-09:00'],
    ['nothing', ''],
    ['words', 'now'],
  ])('refuses %s', (_, text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('agrees with luxon on every instant and offset', () => {
    const offset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
    fc.assert(
      fc.property(
        fc.integer({ min: -62_000_000_000_000, max: 253_000_000_000_000 }),
        offset,
        (millis, minutes) => {
          const text = DateTime.fromMillis(millis, { zone: 'utc' })
            .plus({ minutes })
            .toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS")
            .concat(
              minutes < 0 ? '-' : '+',
              String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0'),
              ':',
              String(Math.abs(minutes) % 60).padStart(2, '0'),
            );
          expect(parseInstant(text)).toBe(instantOf(millis));
        },
      ),
    );
  });

  it('leaves a canonical instant as it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (millis) => {
        expect(parseInstant(instantOf(millis))).toBe(instantOf(millis));
        expect(epochMillisOf(instantOf(millis))).toBe(millis);
      }),
    );
  });
});
