import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR_KEY, System } from '@smartkey/testing/end-to-end';
import type { Browser, Page } from 'playwright-core';
import { IN_JAPAN, introduce, openChromium, signIn, withPasskeyDevice } from './chromium.ts';

/** What the README tells a newcomer to do, on a system of which nothing is set. */
describe('the first minutes', () => {
  let system: System;
  let browser: Browser;
  let page: Page;
  let portal: string;

  beforeAll(async () => {
    system = await System.start({ SMARTKEY_CLOCK_START: '2026-11-25T10:00:00+09:00' });
    portal = `${system.url.replace('127.0.0.1', 'localhost')}/portal`;
    browser = await openChromium();
    page = await (await browser.newContext(IN_JAPAN)).newPage();
    page.setDefaultTimeout(60_000);
    await withPasskeyDevice(page);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.dispose();
  });

  it('the key, a name, a passkey, a button: a contract and the invoices of two months', async () => {
    await signIn(page, portal, OPERATOR_KEY);
    await introduce(page, portal, '運用 太郎', 'taro@operator.example');
    await page.getByRole('link', { name: '時刻を進める' }).click();
    await page.getByRole('button', { name: 'デモの2か月を作る' }).click();
    await page.waitForURL(/\/contracts\/ctr_/);
    expect(await page.locator('h1').innerText()).toBe('株式会社見本');
    await page.goto(`${portal}/invoices`);
    expect(await page.locator('main tbody tr').count()).toBe(2);
    const months = await page.locator('main tbody').innerText();
    expect(months).toContain('2026年11月');
    expect(months).toContain('2026年12月');
  });
});
