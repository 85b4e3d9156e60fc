import { Body, Controller } from '@nestjs/common';
import {
  currentExportSettings,
  DEFAULT_EXPORT_SETTINGS,
  ERP_PRODUCTS,
  type ErpProduct,
  type ExportSettings,
  type ProductSettings,
} from '@smartkey/billing-domain';
import { ApiTags, Command, Route, written, type CommandContext, type Written } from '@smartkey/http';
import { ExportSettingsStream } from './export-settings-stream.ts';
import { ExportSettingsForm, type ProductSettingsForm } from './export-settings.forms.ts';
import { exportSettingsView, type ExportSettingsView } from './export-settings-view.ts';

/** How the files are written that ERPs take. */
@ApiTags('Exports')
@Controller('v1/billing/export-settings')
export class ExportSettingsController {
  constructor(private readonly settings: ExportSettingsStream) {}

  @Route('PUT', {
    summary: 'Sets how files for ERPs are written from now on',
    description:
      'All settings: what the body does not name has its default. Files that are there keep their bytes; each names the version it was written by.',
    roles: ['operator', 'finance'],
    body: ExportSettingsForm,
    write: true,
    errors: { 422: 'A field is broken, or a name would run as a formula.' },
  })
  async set(
    @Body() form: ExportSettingsForm,
    @Command() context: CommandContext,
  ): Promise<Written<ExportSettingsView>> {
    const settings = settingsOf(form);
    const { state, revision, position } = await this.settings.tell(
      { type: 'SetExportSettings', settings, reason: form.reason },
      context,
    );
    const view = exportSettingsView(currentExportSettings(state));
    return written(view, { revision, position, source: 'billing' });
  }

  @Route('GET', { summary: 'Shows how files for ERPs are written', roles: ['operator', 'finance'] })
  async show(): Promise<ExportSettingsView> {
    return exportSettingsView(await this.settings.current());
  }
}

function settingsOf(form: ExportSettingsForm): ExportSettings {
  const products = ERP_PRODUCTS.map((product) => [product, productOf(product, form[product])] as const);
  return {
    postingDate: form.postingDate ?? DEFAULT_EXPORT_SETTINGS.postingDate,
    accountCodes: plain(form.accountCodes ?? {}) as ExportSettings['accountCodes'],
    products: Object.fromEntries(products) as ExportSettings['products'],
  };
}

function productOf(product: ErpProduct, form: ProductSettingsForm | undefined): ProductSettings {
  const defaults = DEFAULT_EXPORT_SETTINGS.products[product];
  const { taxNames = {}, ...rest } = plain(form ?? {}) as Partial<ProductSettings>;
  return { ...defaults, ...rest, taxNames: { ...defaults.taxNames, ...taxNames } };
}

/** A form as plain JSON, without what it leaves out. */
const plain = (form: object): object => JSON.parse(JSON.stringify(form)) as object;
