// Exit code 0 where the program of this container says that it is ready: health-check.mjs [path]
const path = process.argv[2] ?? '/health/ready';
const url = `http://127.0.0.1:${process.env.PORT ?? 3000}${path}`;
try {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = status === 200 ? 0 : 1;
  if (status !== 200) process.stderr.write(`${path} answered ${status}\n`);
} catch (error) {
  process.stderr.write(`${path} was not answered: ${error.cause?.code ?? error.message}\n`);
  process.exitCode = 1;
}
