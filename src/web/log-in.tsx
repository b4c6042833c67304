import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf, ServerProblem } from "./server/server.ts";
import { useServer } from "./server/use-server.ts";

/** Asks for a token of the server, and logs in with it. */
export function LogIn({ onLoggedIn }: { onLoggedIn(): void }): JSX.Element {
  const server = useServer();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const logIn = async (token: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await server.logIn(token);
      onLoggedIn();
    } catch (error) {
      const isUnknown = error instanceof ServerProblem && error.status === 401;
      setProblem(isUnknown ? "The server does not know this token." : messageOf(error));
      setBusy(false);
    }
  };
  return (
    <main class="welcome">
      <h1 class="wordmark">imagedex</h1>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void logIn(input.current?.value.trim() ?? "");
        }}
      >
        <h2>Log in</h2>
        <p class="hint">
          This server needs a token. Your browser then keeps a cookie for a week, or until you log out.
        </p>
        {problem !== null && (
          <p class="notice bad" role="alert">
            {problem}
          </p>
        )}
        <label class="field">
          <span>Token</span>
          <input ref={input} type="password" autocomplete="current-password" required />
        </label>
        <div class="actions">
          <button class="primary" type="submit" disabled={isBusy}>
            Log in
          </button>
        </div>
      </form>
    </main>
  );
}
