import type { JSX } from "preact";
import { usePermissions } from "../use-session.ts";

interface StarButtonProps {
  readonly star: boolean;
  readonly name: string;
  onToggle(): unknown;
}

/** A star to set; users who may not set it only see it. */
export function StarButton({ star, name, onToggle }: StarButtonProps): JSX.Element | null {
  const { canWork } = usePermissions();
  if (!canWork && !star) return null;
  if (!canWork)
    return (
      <span class="star" role="img" aria-label="Starred" data-starred>
        <Shape />
      </span>
    );
  return (
    <button type="button" class="star" aria-pressed={star} aria-label={`Star ${name}`} onClick={() => void onToggle()}>
      <Shape />
    </button>
  );
}

function Shape(): JSX.Element {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M10 1.8l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z" />
    </svg>
  );
}
