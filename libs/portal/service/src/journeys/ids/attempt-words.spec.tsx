import { describe, expect, it } from '@jest/globals';
import { renderToString } from 'preact-render-to-string';
import { told } from '../../visit/language.ts';
import { AttemptsTable, type Attempt } from './attempt-words.tsx';
import { deviceText } from './id-words.tsx';

const t = told('ja');
const success = (deviceId: string): Attempt =>
  ({
    at: '2026-11-25T01:00:00.000Z',
    rid: 'rid_1',
    externalId: 'hanako',
    deviceId,
    result: 'success',
  }) as unknown as Attempt;
const shown = (devices?: ReadonlyMap<string, string>): string =>
  renderToString(
    <AttemptsTable
      caption="認証"
      rows={[success('dev_1'), success('dev_2'), success('dev_3')]}
      {...(devices !== undefined && { devices })}
      empty=""
    />,
  );

describe('the attempts of an ID', () => {
  it('name the device of each, also one that has no name or is there no more, and never by its id', () => {
    const devices = new Map([
      ['dev_1', deviceText({ name: '会社の電話' }, t)],
      ['dev_2', deviceText({}, t)],
    ]);
    const html = shown(devices);
    for (const name of ['会社の電話', '名前のない端末', '以前の端末']) expect(html).toContain(name);
    expect(html).not.toContain('dev_');
  });

  it('have no such column where the devices are not known', () => {
    expect(shown()).not.toContain('端末');
    expect(shown()).not.toContain('dev_');
  });
});
