import { describe, expect, it } from '@jest/globals';
import { TOPICS } from '@smartkey/messages';
import type { ServiceName } from '@smartkey/event-bus';
import { MessageSchemas } from './message-schemas.ts';

const confirmed = {
  source: 'contract',
  type: 'BillingStartSet',
  version: 1,
  data: { date: '2018-01-04' },
} as const;

describe('what may be published', () => {
  it('is what the schema of its version says', () => {
    expect(new MessageSchemas().refuse(confirmed)).toBeUndefined();
  });

  it('is not what lacks a field or has one too many: the reason names it', () => {
    const schemas = new MessageSchemas();
    expect(schemas.refuse({ ...confirmed, data: {} })).toMatch(/BillingStartSet\.v1 .*date/);
    expect(schemas.refuse({ ...confirmed, data: { ...confirmed.data, secret: 'x' } })).toMatch(/additional/);
  });

  it('is not what has no schema: an unknown type or a version nobody published', () => {
    const schemas = new MessageSchemas();
    expect(schemas.refuse({ ...confirmed, type: 'Unheard' })).toBe(
      'there is no schema of contract/Unheard.v1',
    );
    expect(schemas.refuse({ ...confirmed, version: 99 })).toBe(
      'there is no schema of contract/BillingStartSet.v99',
    );
  });

  it('has a schema that compiles, whatever the message', () => {
    const schemas = new MessageSchemas();
    for (const [source, { messages }] of Object.entries(TOPICS))
      for (const [type, version] of Object.entries(messages))
        expect(schemas.refuse({ source: source as ServiceName, type, version, data: 'no object' })).toMatch(
          /fit its schema/,
        );
  });
});
