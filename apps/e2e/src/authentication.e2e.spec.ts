import { authentications } from './stories/authentications.fixture.ts';
import { onNewSystem } from './stories/stage.fixture.ts';

authentications(onNewSystem);
