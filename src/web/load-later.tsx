import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

type LazyComponent<Props> = (props: Props) => JSX.Element | null;

/** "Loading" is shown only if loading takes longer than this. */
const SLOW_AFTER_MS = 300;

/** A part of the page that is loaded when it is first shown, so that it costs other users nothing. */
export function loadLater<Props extends object>(load: () => Promise<LazyComponent<Props>>): LazyComponent<Props> {
  let Loaded: LazyComponent<Props> | undefined;
  return (props) => {
    const [, redraw] = useState(0);
    const [tries, setTries] = useState(0);
    const [hasFailed, setFailed] = useState(false);
    useEffect(() => {
      let isGone = false;
      load().then(
        (part) => {
          Loaded = part;
          if (!isGone) redraw((n) => n + 1);
        },
        () => {
          if (!isGone) setFailed(true);
        },
      );
      return () => {
        isGone = true;
      };
    }, [tries]);
    if (Loaded) return <Loaded {...props} />;
    if (!hasFailed) return <Loading />;
    return (
      <p class="notice bad" role="alert">
        This part of the page could not be loaded.
        <button
          type="button"
          onClick={() => {
            setFailed(false);
            setTries(tries + 1);
          }}
        >
          Try again
        </button>
      </p>
    );
  };
}

function Loading(): JSX.Element | null {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return isSlow ? (
    <p class="hint" role="status">
      Loading…
    </p>
  ) : null;
}
