// Makes Nx's project graph and leaves it where ESLint's boundaries rule looks: without one the rule skips itself in silence.
import { createProjectGraphAsync } from '@nx/devkit';

process.env.NX_DAEMON = 'false';

export const projectGraph = () => createProjectGraphAsync({ exitOnError: false });
