const LOOK_EVERY_MS = 250;

/**
 * Treats the end of the parent process as SIGTERM. npm runs a script in a shell, and a signal to npm ends only that shell.
 * (Windows has no `exec` to replace the shell.)
 */
export function endWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_EVERY_MS);
  timer.unref();
}
