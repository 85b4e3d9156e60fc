import { event, invalid, isFormula, ok, type Decision, type Refused } from '@smartkey/kernel';
import { ERP_PRODUCTS, type ErpProduct } from '../export-format.ts';
import {
  DEFAULT_EXPORT_SETTINGS,
  TAKES_EXCLUSIVE,
  type ExportSettings,
  type ProductSettings,
} from './export-settings.ts';
import type { ExportSettingsSet } from './export-settings.events.ts';
import { currentExportSettings, type ExportSettingsLog } from './export-settings.state.ts';

/** The account codes of the environment enter the log, once. */
export interface EnterExportSettings {
  readonly type: 'EnterExportSettings';
  readonly accountCodes: ExportSettings['accountCodes'];
}

/** All settings as they shall be. */
export interface SetExportSettings {
  readonly type: 'SetExportSettings';
  readonly settings: ExportSettings;
  readonly reason: string;
}

export type ExportSettingsCommand = EnterExportSettings | SetExportSettings;

export function enterExportSettings(
  { accountCodes }: EnterExportSettings,
  state: ExportSettingsLog,
): Decision<ExportSettingsSet> {
  const isTold = currentExportSettings(state).version > 0;
  if (isTold || Object.keys(accountCodes).length === 0) return ok([]);
  return ok([event('ExportSettingsSet', { version: 1, ...DEFAULT_EXPORT_SETTINGS, accountCodes })]);
}

export function setExportSettings(
  { settings, reason }: SetExportSettings,
  state: ExportSettingsLog,
): Decision<ExportSettingsSet> {
  const refused = mustBeUsable(settings);
  if (refused !== undefined) return refused;
  const { version, settings: standing } = currentExportSettings(state);
  if (textOf(standing) === textOf(settings)) return ok([]);
  return ok([event('ExportSettingsSet', { version: version + 1, ...settings, reason })]);
}

function mustBeUsable({ products }: ExportSettings): Refused {
  for (const product of ERP_PRODUCTS) {
    const settings = products[product];
    if (settings.taxEntry === 'exclusive' && !TAKES_EXCLUSIVE.has(product))
      return invalid('tax-inclusive-only', 'This product takes amounts with their tax in them.', {
        rule: 'tax-inclusive-only',
        pointer: `/${product}/taxEntry`,
      });
    const formula = namesIn(product, settings).find(({ name }) => isFormula(name));
    if (formula !== undefined)
      return invalid('formula', 'A cell that begins like this would run as a formula.', {
        rule: 'formula',
        pointer: formula.pointer,
      });
  }
  return undefined;
}

/** Every name that would stand in a cell. */
function namesIn(
  product: ErpProduct,
  settings: ProductSettings,
): readonly { readonly pointer: string; readonly name: string }[] {
  const { receivable, sales, salesOf, taxNames, creditTaxNames, untaxedName } = settings;
  const flat = (value: unknown, pointer: string): { pointer: string; name: string }[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([field, inner]) => flat(inner, `${pointer}/${field}`))
      : [{ pointer, name: String(value) }];
  return flat({ receivable, sales, salesOf, taxNames, creditTaxNames, untaxedName }, `/${product}`);
}

/** Settings as text, their fields in order: what says the same is the same text. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([, each]) => each !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
