import type { Told, Words } from '../../visit/language.ts';

const FIELDS: Readonly<Record<string, Words>> = {
  '/issuer/name': ['発行者の名称', 'Issuer: name'],
  '/issuer/registrationNumber': ['発行者の登録番号', 'Issuer: registration number'],
  '/issuer/postalCode': ['発行者の郵便番号', 'Issuer: postal code'],
  '/issuer/address': ['発行者の住所', 'Issuer: address'],
  '/issuer/endpoint': ['発行者の電子インボイスの宛先', 'Issuer: address in the network'],
  '/issuer/bankAccount': ['発行者の振込先口座', 'Issuer: bank account'],
  '/issuer/bankAccount/bank': ['振込先の銀行名', 'Bank account: bank'],
  '/issuer/bankAccount/branch': ['振込先の支店名', 'Bank account: branch'],
  '/issuer/bankAccount/holder': ['振込先の口座名義', 'Bank account: holder'],
  '/recipient/name': ['請求先の名称', 'Recipient: name'],
  '/recipient/postalCode': ['請求先の郵便番号', 'Recipient: postal code'],
  '/recipient/address': ['請求先の住所', 'Recipient: address'],
  '/recipient/department': ['請求先の部署', 'Recipient: department'],
  '/recipient/contact': ['請求先の担当者', 'Recipient: contact'],
  '/recipient/endpoint': ['請求先の電子インボイスの宛先', 'Recipient: address in the network'],
  '/sellerEndpoint': ['発行者の電子インボイスの宛先', 'Issuer: address in the network'],
  '/buyerEndpoint': ['請求先の電子インボイスの宛先', 'Recipient: address in the network'],
  '/sellerAddress': ['発行者の住所', 'Issuer: address'],
  '/bankAccount': ['発行者の振込先口座', 'Issuer: bank account'],
  '/purchaseOrder': ['発注番号', 'Purchase order'],
  '/month': ['対象月', 'Month'],
};

/** What a person calls the field of a document that a pointer names; the pointer itself where nobody does. */
export function fieldText(pointer: string, t: Told): string {
  const inDocument = pointer.replace(/^\/document(?=\/)/, '');
  const known = FIELDS[inDocument];
  if (known !== undefined) return t(...known);
  const line = /^\/lines\/(\d+)(?:\/|$)/.exec(inDocument)?.[1];
  if (line !== undefined) return t(`明細${Number(line) + 1}`, `Line ${Number(line) + 1}`);
  return pointer;
}
