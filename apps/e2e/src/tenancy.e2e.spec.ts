import { onNewSystem } from './stories/stage.fixture.ts';
import { tenancy } from './stories/tenancy.fixture.ts';

tenancy(onNewSystem);
