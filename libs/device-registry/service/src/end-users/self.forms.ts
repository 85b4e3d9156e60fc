import { IsText } from '@smartkey/http';

export class OwnDeviceForm {
  @IsText({ optional: true, max: 100, description: 'What the user calls the device.' })
  deviceName?: string;
}

export class ReplacementForm extends OwnDeviceForm {
  @IsText({ max: 64, description: 'The device whose place the new phone takes.' })
  device!: string;
}
