// Checks what runs the system elsewhere (deploy/, docker-compose.yml) as far as that goes without a container engine and a cluster.
// Says in one line each what ran and what could not. `--image`: also builds what the image holds, and starts programs from it.
import { checkCompose } from './deploy-check/compose.mjs';
import { checkGrafana } from './deploy-check/grafana.mjs';
import { proveImage } from './deploy-check/image-proof.mjs';
import { checkImage } from './deploy-check/image.mjs';
import { checkKubernetes } from './deploy-check/kubernetes.mjs';
import { checkPrometheus } from './deploy-check/prometheus.mjs';
import { Report } from './deploy-check/report.mjs';
import { checkYaml } from './deploy-check/yaml-files.mjs';

const report = new Report();
checkYaml(report);
checkImage(report);
await checkCompose(report);
await checkKubernetes(report);
await checkPrometheus(report);
await checkGrafana(report);
if (process.argv.includes('--image')) await proveImage(report);
else
  report.left(
    'image',
    'what the Dockerfile does was not done: --image builds its content and starts programs from it',
  );
process.exit(report.end());
