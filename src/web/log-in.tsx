import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Asks for a token of the server. */
export function LogIn({ wasRefused, onToken }: { wasRefused: boolean; onToken(token: string): void }): JSX.Element {
  const [token, setToken] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <main class="welcome">
      <h1 class="wordmark">imagedex</h1>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          onToken(token.trim());
        }}
      >
        <h2>Log in</h2>
        <p class="hint">This server asks for a token. It is kept until this tab is closed.</p>
        {wasRefused && (
          <p class="notice bad" role="alert">
            The server does not know this token.
          </p>
        )}
        <label class="field">
          <span>Token</span>
          <input
            ref={input}
            type="password"
            autocomplete="current-password"
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button class="primary" type="submit">
            Log in
          </button>
        </div>
      </form>
    </main>
  );
}
