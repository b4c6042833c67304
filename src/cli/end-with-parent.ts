const LOOK_EVERY_MS = 250;

/**
 * Takes the end of the process that started this one for SIGTERM. npm runs a script in a shell, and what is sent to npm ends the
 * shell alone. (Replacing the shell, by `exec`, is unknown to Windows.)
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
