import { type ExecFileException, execFile } from "node:child_process";
import { abortError } from "../transport/http/abort-error.ts";
import { ProviderError, type ProviderErrorReason } from "../../errors.ts";

/** Asks one libvirt daemon by its own client, which only reads. */
export interface Virsh {
  /** What a command prints. Throws a ProviderError; an AbortError once the listing is aborted. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Commands run since this was last asked. */
  takeCalls(): number;
  error(reason: ProviderErrorReason, message: string, cause?: unknown): ProviderError;
}

export interface VirshOptions {
  readonly provider: string;
  /** The daemon, for error messages. */
  readonly scope: string;
  /** The program: a name to be found on the PATH, or a path. */
  readonly program: string;
  readonly uri: string;
  readonly signal: AbortSignal;
  /** No command may take longer, in ms. */
  readonly timeoutMs: number;
  /** No command may print more. */
  readonly maxOutputBytes: number;
  /** Told whenever a command ended. */
  readonly onAnswer?: (() => void) | undefined;
}

/** A command that failed, as the cause of its ProviderError: for callers that know what to do about it. */
class CommandFailedError extends Error {
  override readonly name = "CommandFailedError";
}

/** What the client and the programs that it runs have no use for. */
const KEPT_BACK = ["IMAGEDEX_SECRET_KEY", "IMAGEDEX_TOKENS", "LANGUAGE", "SSH_ASKPASS"];
/** In English whatever the machine speaks, and names as they are. */
const ENVIRONMENT = [...KEPT_BACK.flatMap((name) => ["-u", name]), "LC_ALL=C.UTF-8"];

const NOT_FOUND = 127;
const MAX_MESSAGE_LENGTH = 500;

/** No shell reads any of this: every argument arrives as it is. */
export function createVirsh(options: VirshOptions): Virsh {
  const { provider, scope, program, uri, signal, timeoutMs, maxOutputBytes } = options;
  let calls = 0;
  const error: Virsh["error"] = (reason, message, cause) =>
    new ProviderError(message, { provider, scope, reason }, cause === undefined ? {} : { cause });

  const fail = (command: string, failed: ExecFileException, said: string): Error => {
    if (signal.aborted) return abortError(signal);
    const what = `virsh ${command}`;
    if (failed.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER")
      return error("invalid-answer", `${what}: the output is longer than ${maxOutputBytes} bytes`);
    if (failed.killed) return error("unreachable", `${what}: no result after ${timeoutMs / 1000} seconds`);
    if (failed.code === NOT_FOUND || failed.code === "ENOENT")
      return error("unreachable", `not found: ${program}; it comes with libvirt (libvirt-clients, libvirt-client)`);
    const message = said
      .trim()
      .replace(/^error: /gm, "")
      .replace(/\s*\n\s*/g, ": ")
      .replace(/\s+/g, " ")
      .slice(0, MAX_MESSAGE_LENGTH);
    return error(reasonOf(message), `${what}: ${message || "it failed"}`, new CommandFailedError(message));
  };

  return {
    run(command, ...args) {
      const all = [...ENVIRONMENT, program, "--quiet", "--readonly", "--connect", uri, command, ...args];
      const limits = { timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: maxOutputBytes, signal } as const;
      calls++;
      return new Promise((resolve, reject) => {
        const child = execFile("env", all, limits, (failed, stdout, stderr) => {
          options.onAnswer?.();
          if (failed) reject(fail(command, failed, stderr));
          else resolve(stdout);
        });
        child.stdin?.end();
      });
    },
    takeCalls() {
      const taken = calls;
      calls = 0;
      return taken;
    },
    error,
  };
}

/** Whether a command failed because of what `pattern` says. */
export function saysSo(error: unknown, pattern: RegExp): boolean {
  return (
    error instanceof ProviderError && error.cause instanceof CommandFailedError && pattern.test(error.cause.message)
  );
}

/** What libvirt, and ssh on its way, say of a daemon that cannot be asked. */
const REASONS: readonly (readonly [RegExp, ProviderErrorReason])[] = [
  [/Permission denied \(|Host key verification failed|authentication failed|certificate/i, "credentials"],
  [/access denied|authentication unavailable|Permission denied/i, "forbidden"],
  [/(failed|unable) to connect|cannot recv data|connection re(set|fused)|timed out/i, "unreachable"],
];

function reasonOf(message: string): ProviderErrorReason {
  return REASONS.find(([pattern]) => pattern.test(message))?.[1] ?? "invalid-answer";
}
