import { describe, expect, it } from '@jest/globals';
import { mustBeApproved } from './proposal.ts';

describe('Two persons: what is carried out', () => {
  it('is what somebody has approved', () => {
    const approved = { stage: 'approved', wanted: 'less' } as const;
    expect(mustBeApproved(approved)).toEqual({ ok: true, value: approved });
  });

  it.each(['none', 'proposed'] as const)('is nothing that is %s', (stage) => {
    expect(mustBeApproved({ stage })).toMatchObject({ ok: false, error: { code: 'not-approved' } });
  });

  it('is nothing that has fallen, and why is told', () => {
    const fallen = { stage: 'rejected', reason: 'less is billed' } as const;
    expect(mustBeApproved(fallen)).toMatchObject({
      ok: false,
      error: { kind: 'conflict', code: 'no-longer-legal', detail: 'less is billed' },
    });
  });
});
